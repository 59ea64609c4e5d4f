import { parse } from 'valibot'
import { expect, it } from 'vitest'
import { doctorReport, type DoctorReport, type DoctorRow } from '#shared/doctor.ts'
import { withBeside } from './doctor.ts'

const row = (id: DoctorRow['id'], state: DoctorRow['state'], fact: string, remedy: string | null) => ({
  id,
  state,
  fact,
  remedy,
  why: 'why',
  fixable: false,
  files: []
})
const reportOf = (tools: DoctorRow): DoctorReport => ({
  checkedAt: '2026-11-21T10:00:00.000Z',
  version: '1',
  rows: [row('modes', 'warning', 'open', 'fix'), row('home', 'ok', 'yours', null), tools],
  repaired: []
})

it('becomes a warning among those, with the sentences and what to do', () => {
  const report = withBeside(reportOf(row('tools', 'ok', 'docker', null)), [
    'A login lies there.',
    'Another one.'
  ])
  expect(report.rows.map(({ id }) => id)).toEqual(['modes', 'tools', 'home'])
  expect(report.rows[1]).toMatchObject({
    state: 'warning',
    fact: 'A login lies there. Another one.',
    remedy: 'Do what it says, then check again.'
  })
})

it('keeps what it had, and is never longer than a report accepts', () => {
  const changed = reportOf(row('tools', 'warning', 'changed: git', 'set it up'))
  expect(withBeside(changed, ['A login.']).rows[1]).toMatchObject({
    fact: 'changed: git. A login.',
    remedy: 'set it up'
  })
  expect(() => parse(doctorReport, withBeside(changed, ['x'.repeat(700)]))).not.toThrow()
  expect(withBeside(changed, [])).toBe(changed)
})
