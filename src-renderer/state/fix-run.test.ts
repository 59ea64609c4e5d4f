import { expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { countFixable, fixable, isToFix, moved } from './fix-run.ts'

it('A run goes through what needs the person and can be repaired here, and ends after the last entry', () => {
  const refused = summary({
    service: 'slack',
    name: 'Slack',
    status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null }
  })
  const twin = summary({ service: 'twin', status: { kind: 'unreadable', code: 'KEYCHAIN_DUPLICATE' } })
  const works = summary({ service: 'npm' })
  expect(fixable([works, twin, refused]).map(({ name }) => name)).toEqual(['Slack'])
  expect(countFixable([works, twin, refused])).toBe(1)
  expect([isToFix(refused), isToFix(works), isToFix(undefined)]).toEqual([true, false, false])
  const run = { ids: ['a', 'b'], at: 0 }
  expect([moved(run, -1).at, moved(run, 1).at, moved({ ...run, at: 2 }, 1).at]).toEqual([0, 1, 2])
})
