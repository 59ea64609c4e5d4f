import { expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { comingOf } from './coming.ts'

const at = (day: string) => `2026-12-${day}T12:00:00.000Z`
const ends = (day: string) => ({ kind: 'at', at: at(day) }) as const

it.each([
  [
    'the refresh of what renews itself',
    { renewable: true, expiry: ends('02'), nextRefreshAt: at('01') },
    ['renews']
  ],
  ['the end of what does not', { expiry: ends('04') }, ['expires']],
  [
    'the limits of use and age',
    { renewable: true, useBefore: at('03'), signInBefore: at('20') },
    ['use-by', 'sign-in-by']
  ],
  [
    'nothing to what waits for the person',
    { expiry: ends('05'), status: { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null } as const },
    []
  ]
])('Time brings %s', (_what, part, kinds) => {
  expect(comingOf(summary(part)).map(({ kind }) => kind)).toEqual(kinds)
})
