import { expect, test } from 'vitest'
import { exampleGrant } from '../storage.testkit.ts'
import { decodeEntry, encodeEntry } from './catalog-codec.ts'
import { toCatalogEntry } from '../../core/catalog-entry.ts'
import type { CatalogEntry } from '../../core/credential-record.ts'

const day = new Date('2026-11-20T10:00:00.000Z')
const row = encodeEntry(toCatalogEntry(exampleGrant(), 'keychain', null))
/** Returns the row with another value as its provider's name. */
const withName = (name: unknown): typeof row => {
  const details = JSON.parse(row.details) as { provider: object }
  return {
    ...row,
    details: JSON.stringify({ ...details, provider: { ...details.provider, name } })
  }
}

test('Entries of one provider have its row in common, and those of another have their own', () => {
  const [one, other] = [decodeEntry(row), decodeEntry({ ...row, account: 'bob' })]
  expect(one.provider).toEqual(exampleGrant().provider)
  expect(other.provider).toBe(one.provider)
  expect(decodeEntry(withName('Another')).provider).toMatchObject({ name: 'Another' })
  expect(decodeEntry(row).provider).toBe(one.provider)
})

test('A provider that is not right is not taken because others like it were', () => {
  expect(decodeEntry(row).health).toEqual({ kind: 'ok' })
  for (let time = 0; time < 2; time += 1) {
    expect(decodeEntry(withName(7)).health).toMatchObject({ kind: 'unreadable' })
  }
})

test('More providers than are remembered are read all the same', () => {
  for (let count = 0; count < 600; count += 1) {
    const name = `Provider ${String(count)}`
    expect(decodeEntry(withName(name)).provider?.name).toBe(name)
  }
  expect(decodeEntry(row).provider).toEqual(exampleGrant().provider)
})

test.each<CatalogEntry['health']>([
  { kind: 'ok', lacks: ['write'] },
  { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: day, lacks: ['write'] },
  { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', failures: 1, since: day, nextTryAt: day },
  {
    kind: 'refresh-failing',
    code: 'REFRESH_UNREACHABLE',
    failures: 2,
    since: day,
    nextTryAt: null,
    notBefore: day,
    lacks: ['write']
  }
])('Health is read as it was written: %j', (health) => {
  const entry = toCatalogEntry(exampleGrant(), 'keychain', null)
  expect(decodeEntry(encodeEntry({ ...entry, health })).health).toEqual(health)
})

test.each<NonNullable<CatalogEntry['refreshEnd']>>([
  { kind: 'at', at: new Date('2027-05-24T10:00:00.000Z'), toldAt: day },
  { kind: 'never' }
])('The end of a refresh token is listed without its record, and a row without one is as ever: %j', (end) => {
  const plain = toCatalogEntry(exampleGrant(), 'keychain', null)
  const entry = { ...plain, refreshEnd: end }
  expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
  expect(row.details).not.toContain('refreshEnd')
  expect(decodeEntry(row)).toEqual(plain)
})
