import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { doctorRow } from '#shared/doctor.ts'
import { toCatalogEntry } from '../catalog-entry.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { sampleKey, START } from '../testing/samples.ts'
import type { CatalogView } from './doctor-ports.ts'
import { clockRow, entriesRow } from './doctor-store-checks.ts'

function viewOf(entries: readonly CatalogEntry[]): CatalogView {
  return { entries, keys: [], intents: 0, signOuts: [], savedAt: () => null }
}

const known = toCatalogEntry(sampleKey(), 'keychain', null)

describe('a row of the doctor', () => {
  it('fits the report, however many entries with long names it tells of', async () => {
    const entries = Array.from({ length: 30 }, (_one, index) => {
      const account = `${'🔑'.repeat(95)}${String(index)}`
      return { ...known, name: 'n'.repeat(200), ref: { service: 'stripe', account } }
    })
    const states = ['absent', 'unreadable', 'older'] as const
    const row = await entriesRow(viewOf(entries), async ({ ref }) => {
      return states[Number(ref.account.replace(/\D/g, '')) % 3] ?? 'absent'
    })
    expect(parse(doctorRow, row)).toEqual(row)
    expect(row.fact.isWellFormed()).toBe(true)
    expect(row.fact).toMatch(/^0 of 30; .*…$/)
  })

  it('knows the newest instant of two hundred thousand entries', () => {
    const newer = { ...known, obtainedAt: new Date(START.getTime() + 3_600_000) }
    const entries = [newer, ...Array.from({ length: 200_000 }, () => known)]
    expect(clockRow(START, viewOf(entries), null).fact).toContain('60 minutes')
  })
})
