import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { helperTable } from '../../../src-cli/helpers/helper-table.ts'
import {
  type Held,
  type HelperProtocol,
  helperProtocols,
  keyIdOf,
  type Why
} from '../../support/helper-calls.ts'
import type { CliEnd } from '../../support/run-cli.ts'
import { ToolHome } from '../../support/tool-home.ts'
import { UseWorld } from '../../support/use-world.ts'

/** No helper goes to it. */
const HOST = 'tool.acme.example'
const ANA: Held = { account: 'ana', value: `ghp_${'4na0'.repeat(9)}` }
const BOB: Held = { account: 'bob', value: `ghp_${'8ob0'.repeat(9)}` }
const SEVERAL =
  'Several accounts fit this address. Choose one with “latchkey switch”, allow only one of them, or name it: https://ACCOUNT@HOST/ for git and pip, --account ACCOUNT for aws and kubectl.'
const PENDING = 'Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.'
const LOCKED = 'Latchkey is locked. Unlock it in its window or with “latchkey unlock”, then repeat.'
const LONGEST_MS = 5000

const rows = Object.entries(helperProtocols)
const listed = [...new Set(rows.map(([name, { allowedAs = name }]) => allowedAs))].filter(
  (name) => name !== 'aws'
)

let world: UseWorld
let tool: ToolHome
beforeAll(async () => {
  const helpers = listed.map((name) => `${name}: [${HOST}]`).join(', ')
  world = await UseWorld.start({
    keys: { ana: ANA.value, bob: BOB.value },
    services: [],
    policy: `services:\n  github-token:\n    helpers: { ${helpers} }\n`,
    env: { LATCHKEY_STORE: 'auto' } // a keychain, from which everything can be moved under a passphrase
  })
  for (const { account, value } of [ANA, BOB]) {
    const pair = ['aws', 'add', '--account', account, '--key-id', keyIdOf(account)]
    expect(await world.latchkey(pair, `${value}\n`)).toMatchObject({ code: 0, errors: '' })
  }
  const bus = { DBUS_SESSION_BUS_ADDRESS: process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' }
  tool = new ToolHome({ ...world.env, ...bus })
})
afterAll(async () => {
  await world.end()
  tool.end()
})

/** Asks as the tool does, with nobody there to answer a question. */
async function asked({ ask }: HelperProtocol, account: string | null): Promise<CliEnd> {
  const start = performance.now()
  const end = await ask(tool, HOST, account)
  expect(performance.now() - start).toBeLessThan(LONGEST_MS)
  return end
}

/** The tool gets this value in its own words, and nothing is said beside it. */
async function isGiven(row: HelperProtocol, named: string | null, held: Held): Promise<void> {
  expect(await asked(row, named)).toEqual({ code: 0, out: row.given(held, HOST), errors: '' })
}

/** The tool gets no value, and is told what to do where it looks for that. */
async function isRefused(
  row: HelperProtocol,
  named: string | null,
  sentence: string,
  why: Why
): Promise<void> {
  expect(await asked(row, named)).toEqual(row.refused(sentence, why))
}

/** Allows every helper an account. */
async function allowAll({ account }: Held): Promise<void> {
  for (const [name, { allowedAs = name, host = HOST }] of rows) {
    if (allowedAs === name) await world.allowHelper(name, { host, account })
  }
}

it('every helper has its row', () => {
  expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(helperTable).toSorted())
})

describe('before the person has allowed anything', () => {
  it.each(rows)('%s says what to do, and gives nothing', async (_name, row) => {
    if (!row.namesAccount) return await isRefused(row, null, SEVERAL, 'denied')
    await isRefused(row, 'ana', PENDING, 'pending')
    expect(await world.answer('denied')).toMatchObject({ mode: 'helper', account: 'ana' })
  })
})

describe('once one account is allowed', () => {
  beforeAll(() => allowAll(ANA))

  it.each(rows)('%s gives its value where the vault runs', async (_name, row) => {
    await isGiven(row, null, ANA)
  })

  it.each(rows)('%s gives its value where no vault runs', async (_name, row) => {
    await world.endVault()
    await isGiven(row, null, ANA)
  })
})

describe('once two accounts are allowed', () => {
  beforeAll(() => allowAll(BOB))

  it.each(rows.filter(([, row]) => row.namesAccount))(
    '%s gives that of the account that is named',
    async (_name, row) => {
      await isGiven(row, 'bob', BOB)
      await isGiven(row, 'ana', ANA)
    }
  )

  it.each(rows)('%s gives neither where none is named, and says what to do', async (_name, row) => {
    await isRefused(row, null, SEVERAL, 'denied')
  })

  it.each(rows)('%s gives that of the account that a rule chooses', async (_name, row) => {
    const service = row.service ?? 'github-token'
    expect(await tool.run('latchkey', ['switch', service, 'bob'])).toMatchObject({ code: 0, errors: '' })
    await isGiven(row, null, BOB)
    expect(await tool.run('latchkey', ['switch', '--remove', service])).toMatchObject({ code: 0, errors: '' })
  })
})

describe('where the store is locked', () => {
  beforeAll(async () => {
    await world.revokeAll()
    await allowAll(ANA)
    const moved = await world.latchkey(['move', '--to', 'encrypted-file'], 'four words that nobody guesses\n')
    expect(moved).toMatchObject({ code: 0 })
    expect((await world.latchkey(['lock'])).code).toBe(0)
  })

  it.each(rows)('%s says how it is unlocked where the vault runs', async (_name, row) => {
    await isRefused(row, null, LOCKED, 'locked')
  })

  it.each(rows)('%s says how it is unlocked where no vault runs', async (_name, row) => {
    await world.endVault()
    await isRefused(row, null, LOCKED, 'locked')
  })
})
