import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
  for (let count = 0; count < 3; count += 1)
    await world.latchkey(['request', 'stripe', 'https://evil.example/', '--no-prompt'])
  await world.endVault()
})
afterAll(() => world.end())

/** The newest rows, the newest first. */
async function rows(): Promise<readonly AuditRowView[]> {
  return JSON.parse((await world.latchkey(['audit', '--json', 'all'])).out) as readonly AuditRowView[]
}

describe('a log that is lost', () => {
  const files = ['audit.db', 'audit.db-wal', 'audit.db-shm'].map((name) => () => join(world.home, name))
  const verify = async (): Promise<AuditReportView> =>
    JSON.parse((await world.latchkey(['audit', 'verify', '--json', 'all'])).out) as AuditReportView

  it('is told until the person accepts it, and from then on the acceptance is told', async () => {
    const { soundTo } = await verify()
    await world.endVault()
    for (const file of files) rmSync(file(), { force: true })
    const lost = `The rows from 1 to ${soundTo} are missing at the end: they were removed, or an older copy was put back.`
    for (let round = 0; round < 2; round += 1) {
      expect(await world.latchkey(['audit', 'verify'])).toMatchObject({
        code: 2,
        out: expect.stringContaining(lost)
      })
      await world.endVault()
    }
    const { code, out } = await world.latchkey(['audit', 'accept'])
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`${lost}\nThat is accepted, and the log says so.\nAll rows fit`)
    ])
    await world.endVault()
    const after = await world.latchkey(['audit', 'verify'])
    expect(after.code).toBe(0)
    expect(after.out).toMatch(
      /^All rows fit.* On 20\d\d-\d\d-\d\d at \d\d:\d\d UTC the person accepted by row 1 what was lost or changed from row 1 on;/
    )
    expect((await rows())[0]).toMatchObject({ kind: 'event', action: 'accept-log', of: 1, code: 'cut' })
    const again = await world.latchkey(['audit', 'accept'])
    expect([again.code, again.errors]).toEqual([
      64,
      'latchkey: The log is whole, so there is nothing to accept. (INVALID_REQUEST)\n'
    ])
  })

  it('that is no log any more stops every use; accepting it puts the file aside and begins again', async () => {
    await world.endVault()
    for (const file of files) rmSync(file(), { force: true })
    writeFileSync(join(world.home, 'audit.db'), 'not a log at all'.repeat(400), { mode: 0o600 })
    const request = ['request', 'stripe', `${world.origin}/lost`, '--no-prompt']
    expect((await world.latchkey(request)).errors).toContain('The audit log can’t be read.')
    const { code, out } = await world.latchkey(['audit', 'accept'])
    expect([code, out]).toEqual([0, expect.stringContaining('the person accepted by row 1')])
    const aside = readdirSync(world.home).filter((name) => name.startsWith('audit.db.unreadable-'))
    expect(aside).toHaveLength(1)
    expect(readFileSync(join(world.home, aside[0] ?? ''), 'utf8')).toContain('not a log at all')
    expect((await world.latchkey(request)).code).toBe(77)
    await world.answer('once')
    expect((await world.latchkey(request)).code).toBe(0)
    expect((await verify()).kind).toBe('ok')
  })

  it('is accepted by the person alone', async () => {
    expect((await rows()).at(-1)).toMatchObject({ seq: 1, action: 'accept-log', client: 'terminal' })
    const pairedKey = join(world.home, 'bot.key')
    expect((await world.latchkey(['pair', 'bot', '--key-file', pairedKey])).code).toBe(0)
    const bot = world.spawnLatchkey(['audit', 'accept'], { LATCHKEY_CLIENT_KEY: pairedKey })
    expect(await bot.ended).toBe(64)
    expect(bot.errors).toContain('Only the person may ask for this, not a program.')
  })
})
