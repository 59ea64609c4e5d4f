import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { NewAuditRow } from './audit-row.ts'
import { unknownPeer } from './client.ts'
import { type RowOfUse, Refusals } from './refusals.ts'

const HOUR = 3_600_000
const row = (client = 'a'): RowOfUse => ({
  of: null,
  client,
  clientName: client,
  peer: unknownPeer,
  credential: '["stripe","default"]',
  action: 'use',
  method: 'GET',
  host: 'api.stripe.com:443',
  path: '/v1',
  status: null,
  code: null,
  reason: 'why',
  redacted: null,
  bytes: null
})

function world() {
  const clock = new FakeClock()
  const rows: NewAuditRow[] = []
  const refusals = new Refusals(clock, async (written) => rows.push(written))
  const flood = async (count: number, client = 'a'): Promise<void> => {
    for (let at = 0; at < count; at += 1) await refusals.note(row(client), 'host')
  }
  return { clock, rows, flood }
}

describe('the refusals of a program (attack: a flood that pushes other rows out of the log)', () => {
  it('are written with their code', async () => {
    const { rows, flood } = world()
    await flood(1)
    expect(rows).toEqual([{ ...row(), kind: 'refused', code: 'host' }])
  })

  it('are a hundred rows in an hour, and one that says that there were more', async () => {
    const { rows, flood } = world()
    await flood(5000)
    expect(rows).toHaveLength(101)
    expect(rows.at(-2)).toMatchObject({ code: 'host', path: '/v1' })
    const nothing = { credential: null, method: null, host: null, path: null, reason: null }
    expect(rows.at(-1)).toMatchObject({ kind: 'refused', code: 'more-refused', client: 'a', ...nothing })
  })

  it('are counted for each program on its own, and again in the next hour', async () => {
    const { clock, rows, flood } = world()
    await flood(200)
    await flood(1, 'b')
    expect(rows.at(-1)).toMatchObject({ client: 'b', code: 'host' })
    clock.jump(HOUR)
    await flood(200)
    expect(rows).toHaveLength(101 + 1 + 101)
  })

  it('are not written again because the clock was set back', async () => {
    const { clock, rows, flood } = world()
    await flood(200)
    clock.jump(-24 * HOUR)
    await flood(200)
    expect(rows).toHaveLength(101)
  })

  it('hold also where they can not be written', async () => {
    const refusals = new Refusals(new FakeClock(), async () => {
      throw new VaultError('STORE_WRITE_FAILED')
    })
    expect(await refusals.note(row(), 'host')).toBeUndefined()
  })
})
