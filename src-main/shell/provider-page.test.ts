import { expect, it } from 'vitest'
import { failureOfEnd, failureOfLoad } from './provider-page.ts'

it.each([
  ['overtaken', -3, 'none'],
  ['refused by a rule of ours', -20, 'none'],
  ['forbidden to be shown here', -27, 'embedded'],
  ['a certificate of the person is asked for', -110, 'embedded'],
  ['no such name', -105, 'unreachable'],
  ['no network', -106, 'unreachable'],
  ['connection refused', -102, 'unreachable'],
  ['timed out', -118, 'unreachable'],
  ['a certificate that is not trusted', -202, 'unreachable'],
  ['sent around in a circle', -310, 'unreachable']
] as const)('A load that failed: %s (%i) is %s', (_what, code, failure) => {
  expect(failureOfLoad(code)).toBe(failure)
})

it.each([
  ['crashed', 'embedded'],
  ['launch-failed', 'embedded'],
  ['oom', 'unreachable'],
  ['killed', 'unreachable'],
  ['clean-exit', 'none']
] as const)('A page that ended: %s is %s', (reason, failure) => {
  expect(failureOfEnd(reason)).toBe(failure)
})
