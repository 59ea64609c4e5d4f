import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditReportView, AuditRowView } from '#shared/broker/audit.ts'
import type { CliEnd } from '../../support/run-cli.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())

/** The newest rows, the newest first. */
async function rows(): Promise<readonly AuditRowView[]> {
  const { code, out } = await world.latchkey(['audit', '--json', 'all'])
  expect(code).toBe(0)
  return JSON.parse(out) as readonly AuditRowView[]
}

async function explainNewest(): Promise<CliEnd & { readonly seq: number }> {
  const seq = (await rows())[0]?.seq ?? 0
  return { seq, ...(await world.latchkey(['explain', String(seq)])) }
}

/** A line of a table with two blanks between its cells. */
const joined = (line: string): string => line.trim().replaceAll(/ {2,}/g, '  ')

describe('the log of uses', () => {
  it('says that nothing is written down yet, and can not vouch for an empty log', async () => {
    expect(await world.latchkey(['audit'])).toEqual({
      code: 0,
      out: 'Nothing is written down yet.\n',
      errors: ''
    })
    const { code, out } = await world.latchkey(['audit', 'verify'])
    expect(code).toBe(1)
    expect(out).toMatch(/^All rows up to 0 fit the key and each other\./)
    expect(await world.latchkey(['explain', '1'])).toMatchObject({
      code: 1,
      out: 'There is no such row.\n'
    })
    expect(await world.latchkey(['explain'])).toMatchObject({ code: 1, out: 'Nothing was refused yet.\n' })
  })

  it('lists and explains a use: what was asked, what was answered, by whom and why', async () => {
    const args = ['request', 'stripe', `${world.origin}/v1/charges?secret=1`, '--reason', 'refund 12']
    await world.latchkey([...args, '--no-prompt'])
    await world.answer('once')
    expect((await world.latchkey(args)).code).toBe(0)
    const lines = (await world.latchkey(['audit'])).out.split('\n')
    const places = lines.slice(0, 3).map((line) => line.indexOf('Stripe, '))
    expect(new Set(places).size).toBe(1) // the columns stand below each other
    const listed = lines.map(joined)
    const use = `terminal  use  Stripe, STRIPE_API_KEY  GET ${world.host}/v1/charges`
    expect(listed[0]).toMatch(/^3 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}outcome /)
    expect(listed[0]).toContain(`${use}  → 200`)
    expect(listed[1]).toContain(`intent  ${use}`)
    expect(listed[2]).toContain('event  terminal  answer  Stripe, STRIPE_API_KEY  → once')
    expect(listed.join('\n')).not.toContain('secret=1')
    const explained = (await world.latchkey(['explain', '2'])).out.split('\n').map(joined)
    expect(explained[0]).toContain(`intent  ${use}`)
    expect(explained[1]).toContain(`${use}  → 200`)
    expect(explained[2]).toBe('The program’s reason: “refund 12”')
    if (process.platform === 'linux') {
      expect(explained[3]).toBe(
        `The system said: user ${process.getuid?.()}, process ${(await rows())[1]?.peer.pid}, ${process.execPath}.`
      )
    }
  })

  it.each([
    ['host', 'https://evil.example/', [], '', 'the credential may not be sent to this host'],
    ['port', 'https://localhost:1/', [], '', 'the credential may not be sent to this port'],
    ['scheme', 'http://api.stripe.com/', [], '', 'credentials are sent over https only'],
    ['literal', 'https://127.0.0.1/', [], '', 'credentials are sent to hosts with a name only'],
    ['method', '/', ['--method', 'TRACE'], '', 'this method is never sent with a credential'],
    ['denied', '/v1/ephemeral_keys', ['--data', 'x'], '', 'a rule denies the path or the method'],
    ['read-only', '/', ['--data', 'x'], '    read_only: true\n', 'the credential may only read'],
    [
      'policy',
      '/',
      [],
      'clients:\n  terminal:\n    off: true\n',
      'policy.yaml gives the program no access to this service'
    ]
  ] as const)('explains the refusal “%s”', async (code, to, args, policy, because) => {
    world.writePolicy(policy)
    const url = to.startsWith('/') ? world.origin + to : to
    const refused = await world.latchkey(['request', 'stripe', url, '--no-prompt', ...args])
    world.writePolicy()
    expect(refused.code).toBe(77)
    const { out } = await explainNewest()
    expect(out).toMatch(new RegExp(`refused .* → ${code}\n`))
    expect(out).toContain(`Because ${because}.\n`)
    expect((await world.latchkey(['explain'])).out).toBe(out)
  })

  /** The codes of the newest rows after these requests, as the socket takes them, the newest first. */
  async function codesAfter(count: number): Promise<readonly (string | null)[]> {
    await world.asTerminal(async (vault) => {
      for (let at = 0; at < count; at += 1) {
        const url = `${world.origin}/v1/${String(at)}`
        await vault.ask('use', world.use('stripe', { url })).catch((error: unknown) => error)
      }
    })
    return (await rows()).map(({ code }) => code)
  }

  it('explains a question too many: eight of a terminal wait at once', async () => {
    const before = (await rows()).length
    expect(await codesAfter(8)).toHaveLength(before)
    expect((await codesAfter(9)).slice(0, 1)).toEqual(['not-asked'])
    expect((await explainNewest()).out).toContain(
      'Because another question of the program waited, or it had to pause.\n'
    )
  })
})

describe('a log that was changed while no vault ran', () => {
  const place = (name = 'audit.db'): string => join(world.home, name)
  let anchor = ''
  let newest = 0

  beforeAll(async () => {
    await world.endVault()
    copyFileSync(place(), place('whole.db'))
    const { code, out } = await world.latchkey(['audit', 'verify', '--json', 'all'])
    const report = JSON.parse(out) as AuditReportView
    expect([code, report.kind, report.anchoredTo]).toEqual([0, 'ok', report.soundTo])
    anchor = report.head
    newest = report.soundTo
    writeFileSync(place('anchor.txt'), `${anchor}\n`)
    await world.endVault()
  })

  /** Puts the whole log back, changes it, and gives what `verify` says without and with the anchor kept elsewhere. */
  async function verdicts(change: (database: DatabaseSync) => void): Promise<readonly CliEnd[]> {
    restore(change)
    const ends = [await world.latchkey(['audit', 'verify'])]
    ends.push(await world.latchkey(['audit', 'verify', '--anchor', place('anchor.txt')]))
    ends.push(await world.latchkey(['audit', 'verify', '--anchor', anchor]))
    await world.endVault()
    return ends
  }

  function restore(change: (database: DatabaseSync) => void): void {
    for (const name of ['audit.db-wal', 'audit.db-shm']) if (existsSync(place(name))) rmSync(place(name))
    copyFileSync(place('whole.db'), place())
    const database = new DatabaseSync(place())
    // SQLite itself keeps no program from this: the triggers stop accidents.
    const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
    change(database)
    for (const { sql } of triggers) database.exec(String(sql))
    database.close()
  }

  const saying = (sentence: string): CliEnd => ({
    code: 2,
    out: expect.stringContaining(`${sentence}\nlatchkey-audit 1 `),
    errors: ''
  })

  it('is whole as it was, by the note in the store and by a line kept elsewhere', async () => {
    const well = `All rows fit, and those up to ${newest} are as they were at the anchor.\n${anchor}\n`
    for (const end of await verdicts(() => undefined)) expect(end).toEqual({ code: 0, out: well, errors: '' })
  })

  it('names a row that was changed', async () => {
    const change = (database: DatabaseSync): void => {
      database.exec(`UPDATE rows SET text = replace(text, '"GET"', '"PUT"') WHERE seq = 2`)
    }
    const sentence = 'Row 2 is not the one that was written. The rows before it fit.'
    for (const end of await verdicts(change)) expect(end).toEqual(saying(sentence))
  })

  it('names rows that were removed from the middle', async () => {
    const ends = await verdicts((database) => database.exec('DELETE FROM rows WHERE seq IN (4, 5)'))
    for (const end of ends) expect(end).toEqual(saying('The rows from 4 to 5 were removed.'))
  })

  it('names the rows that were cut off at the end', async () => {
    const sentence = `The rows from ${newest - 1} to ${newest} are missing at the end: they were removed, or an older copy was put back.`
    const ends = await verdicts((database) => database.exec(`DELETE FROM rows WHERE seq > ${newest - 2}`))
    for (const end of ends) expect(end).toEqual(saying(sentence))
  })

  it('still names them after further uses, because the note in the store stays as it was', async () => {
    restore((database) => database.exec(`DELETE FROM rows WHERE seq > ${newest - 2}`))
    for (let count = 0; count < 3; count += 1)
      await world.latchkey(['request', 'stripe', 'https://evil.example/', '--no-prompt'])
    await world.endVault()
    const end = await world.latchkey(['audit', 'verify'])
    await world.endVault()
    expect(end).toEqual(
      saying(`The rows were rewritten: row ${newest} is another one than the anchor’s, or is of another key.`)
    )
  })

  it('names rows that a program wrote again with the key itself', async () => {
    for (const name of ['audit.db', 'audit.db-wal', 'audit.db-shm']) rmSync(place(name), { force: true })
    // The vault itself is such a program: it has the key, and begins a log again.
    expect((await world.latchkey(['approvals', '--list'])).code).toBe(0)
    await world.asTerminal(async (vault) => {
      for (let count = 0; count <= newest; count += 1) {
        await vault
          .ask('use', world.use('stripe', { url: 'https://evil.example/' }))
          .catch((error: unknown) => error)
      }
    })
    await world.endVault()
    const sentence = `The rows were rewritten: row ${newest} is another one than the anchor’s, or is of another key.`
    expect(await world.latchkey(['audit', 'verify'])).toEqual(saying(sentence))
    expect(await world.latchkey(['audit', 'verify', '--anchor', anchor])).toEqual(saying(sentence))
    expect(readFileSync(place('anchor.txt'), 'utf8')).toBe(`${anchor}\n`)
  })

  it('refuses a line that is no anchor, without repeating it', async () => {
    const { code, errors } = await world.latchkey(['audit', 'verify', '--anchor', 'latchkey-audit 1 x'])
    expect(code).toBe(64)
    expect(errors).toBe(
      'latchkey: This is not an anchor of the audit log. It begins with “latchkey-audit 1”. (INVALID_REQUEST)\n'
    )
  })
})
