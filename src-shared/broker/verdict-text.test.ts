import { expect, it } from 'vitest'
import type { AuditReportView } from './audit.ts'
import { verdictText } from './verdict-text.ts'

const report: AuditReportView = {
  kind: 'not-anchored',
  seq: null,
  to: null,
  why: 'no-anchor',
  soundTo: 9,
  anchoredTo: null,
  accepted: null,
  head: 'latchkey-audit 1'
}

it('The verdict says whether there is no anchor, or one that is older than every row that is kept', () => {
  expect(verdictText(report)).toContain('Only an anchor can show')
  const older = verdictText({ ...report, why: 'older' })
  expect(older).toContain('The anchor is older than the oldest row that is kept')
  expect(older).not.toContain('Without an anchor')
})

it('The verdict tells when the person accepted a fault, beside whatever else was found', () => {
  const accepted = { seq: 7, at: '2026-11-30T18:05:09.000Z', from: 3 }
  const sentence =
    'On 2026-11-30 at 18:05 UTC the person accepted by row 7 what was lost or changed from row 3 on; nothing vouches for the rows between.'
  for (const kind of ['ok', 'changed', 'not-anchored'] as const) {
    expect(verdictText({ ...report, kind, accepted })).toContain(` ${sentence}`)
    expect(verdictText({ ...report, kind })).not.toContain('accepted')
  }
})
