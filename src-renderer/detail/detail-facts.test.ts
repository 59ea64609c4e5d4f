import { expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { scopeRows } from './detail-facts.ts'

it('Scopes that were granted, that were granted beyond what was asked for, and that were withheld, are told apart', () => {
  const credential = summary({
    scopes: ['openid', 'admin'],
    extraScopes: ['admin'],
    missingScopes: ['registry:write']
  })
  expect(scopeRows(credential, [])).toEqual([
    { scope: 'openid', granted: true, text: 'Granted' },
    { scope: 'admin', granted: true, text: 'Granted, not asked for' },
    { scope: 'registry:write', granted: false, text: 'Asked for, not granted' }
  ])
})
