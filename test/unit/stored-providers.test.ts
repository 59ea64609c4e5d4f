import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { builtInProviders } from '../../src-main/oauth/providers/providers.ts'
import { storedProvider } from '../../src-main/storage/records/record-schema.ts'

const missing = (): never => {
  throw new Error('There is no such row.')
}
const rows = builtInProviders.filter((row) => row.kind === 'oauth')

describe('the row a sign-in was made with', () => {
  it.each(rows.map((row) => [row.id, row] as const))('of %s is read from the store as it was', (_id, row) => {
    const stored: unknown = JSON.parse(JSON.stringify(row))
    expect(v.parse(storedProvider, stored)).toEqual(row)
  })

  it('of a time before services were known to end sign-ins for their age has no such end', () => {
    const { refresh, ...row } = rows.find(({ id }) => id === 'spotify') ?? missing()
    const { lifeDays, ...former } = refresh
    expect(lifeDays).toBe(180)
    expect(v.parse(storedProvider, { ...row, refresh: former }).refresh).toEqual({
      ...former,
      lifeDays: null
    })
  })

  it('with an unknown field is not read', () => {
    expect(v.is(storedProvider, { ...rows[0], clientSecret: 'x' })).toBe(false)
  })
})
