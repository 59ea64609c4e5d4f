import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { Duration } from '../../../src-main/core/use/approval.ts'
import { type Client, unknownPeer } from '../../../src-main/core/use/client.ts'
import type { Use, UseOutcome } from '../../../src-main/core/use/use-service.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { authority, codeOf, startUpstream, type Upstream } from '../broker/sender-world.ts'

const ref = { service: 'openai', account: 'team' }
const id = credentialKey(ref)
const NEW = 'sk-new-key-of-the-service-9876543210'
const bot: Client = { id: 'bot-id', name: 'bot' }
const other: Client = { id: 'other-id', name: 'other' }

let home = ''
let upstream: Upstream
let harness: Harness
/** The answers that are under way at the server, by path. */
let open: Map<string, ServerResponse>

beforeEach(async () => {
  open = new Map()
  upstream = await startUpstream(
    (request, response) => {
      open.set(request.url ?? '', response)
      response.write('first')
    },
    authority.issue({ name: 'localhost' })
  )
  home = await newVaultHome()
  const host = `localhost:${upstream.port}`
  writeFileSync(join(home, 'ca.pem'), authority.cert, { mode: 0o600 })
  writeFileSync(
    join(home, 'policy.yaml'),
    `version: 1\nnetwork:\n  ca_file: ${join(home, 'ca.pem')}\n  local_hosts: [${host}]\n`,
    { mode: 0o600 }
  )
  harness = await openTestVault({ home, store: 'file', hasKeychain: false })
  await harness.vault.handlers.addApiKey({
    ...ref,
    name: 'OpenAI',
    key: 'sk-old-key-of-the-service-0123456789',
    allowedHosts: [host],
    expiresAt: null,
    replace: false
  })
})
afterEach(async () => {
  await harness.vault.close()
  upstream.close()
  await removeVaultHome(home)
})

function use(
  client: Client,
  path: string,
  url = `https://localhost:${upstream.port}${path}`
): Promise<UseOutcome> {
  const wish: Use = {
    ...ref,
    method: 'GET',
    url,
    headers: [],
    body: null,
    scope: null,
    reason: null,
    waits: false
  }
  const { signal } = new AbortController()
  return harness.vault.use.service.use(wish, {
    client,
    peer: unknownPeer,
    run: null,
    signal,
    onQuestion: () => undefined
  })
}

/** An answer of which the first piece has come, with the connection of the server that sends it. */
async function stream(client: Client, path: string, duration: Duration = 'until-lock') {
  const asked = await use(client, path)
  if (asked.kind !== 'question') throw new Error(asked.kind)
  const { digest, id: question } = asked.question
  const { approvals } = harness.vault.use.activity
  approvals.questions.answer(question, digest, { kind: 'allowed', duration, wholeHost: false })
  const outcome = await use(client, path)
  if (outcome.kind !== 'answer') throw new Error(outcome.kind)
  const pieces = outcome.answer.body[Symbol.asyncIterator]()
  expect(Buffer.from((await pieces.next()).value ?? '').toString()).toBe('first')
  const server = open.get(path) as ServerResponse
  /** The code with which it breaks off; the rest of it if it does not. */
  const rest = async (): Promise<unknown> =>
    await pieces.next().then(({ value }) => Buffer.from(value ?? '').toString(), codeOf)
  return { server, rest }
}

/** Sends the rest of an answer and reads it. */
async function goesOn({ server, rest }: Awaited<ReturnType<typeof stream>>): Promise<unknown> {
  server.end('last')
  return await rest()
}

const gone = async (server: ServerResponse): Promise<void> => {
  if (!server.destroyed) await once(server, 'close')
}

describe('an answer that is being read', () => {
  it('ends with the approval of its program; that of another program with the same key goes on', async () => {
    const [ofBot, ofOther] = [await stream(bot, '/bot'), await stream(other, '/other')]
    const { approvals } = harness.vault.use.activity
    const [approval] = approvals.given.list().filter(({ client }) => client === bot.id)
    expect(approvals.given.revoke(approval?.id ?? '')).toBe(true)
    await gone(ofBot.server)
    expect(await ofBot.rest()).toBe('APPROVAL_DENIED')
    expect(await goesOn(ofOther)).toBe('last')
  })

  it('ends with the approval of its path; that of another path of the program goes on', async () => {
    const [one, two] = [await stream(bot, '/one'), await stream(bot, '/two')]
    const { approvals } = harness.vault.use.activity
    const [approval] = approvals.given.list().filter(({ path }) => path === '/one')
    approvals.given.revoke(approval?.id ?? '')
    await gone(one.server)
    expect([await one.rest(), await goesOn(two)]).toEqual(['APPROVAL_DENIED', 'last'])
  })

  it('ends with its program, also if it was allowed once; that of another program goes on', async () => {
    const [ofBot, ofOther] = [await stream(bot, '/bot', 'once'), await stream(other, '/other')]
    harness.vault.use.activity.approvals.revokeClient(bot.id)
    await gone(ofBot.server)
    expect([await ofBot.rest(), await goesOn(ofOther)]).toEqual(['APPROVAL_DENIED', 'last'])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a lock', async () => harness.vault.use.lock()],
    ['the removal of the key', async () => await harness.vault.handlers.remove(id)],
    [
      'another key in its place',
      async () => {
        await harness.vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
        await harness.vault.handlers.switchKey(id)
      }
    ]
  ])('ends with %s, for every program', async (_name, end) => {
    const both = [await stream(bot, '/bot'), await stream(other, '/other', 'always')]
    await end()
    for (const { server, rest } of both) {
      await gone(server)
      expect(await rest()).toBe('APPROVAL_DENIED')
    }
    const rows = await harness.vault.use.activity.audit.list({
      limit: 10,
      credential: id,
      client: null,
      action: 'use',
      kind: 'outcome',
      since: null
    })
    expect(rows.map(({ code }) => code)).toEqual(['APPROVAL_DENIED', 'APPROVAL_DENIED'])
  })

  it('ends with a removal that can be undone; what was allowed comes back with the key', async () => {
    const running = await stream(bot, '/bot', 'always')
    const { handlers } = harness.vault
    const removed = handlers.removeWithUndo([id])
    await gone(running.server)
    expect(await running.rest()).toBe('APPROVAL_DENIED')
    await expect(use(bot, '/bot')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    expect(await handlers.undoRemoval([id])).toEqual({ putBack: 1 })
    expect(await removed).toEqual({ removed: 0 })
    expect((await use(bot, '/bot')).kind).toBe('answer')
  })

  it('goes on while a new key is only prepared beside the one in use', async () => {
    const running = await stream(bot, '/bot')
    await harness.vault.handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    expect(await goesOn(running)).toBe('last')
  })
})

describe('a key', () => {
  it('that was exchanged goes where the former one went, and nowhere else', async () => {
    const { handlers, use: of } = harness.vault
    await handlers.prepareKey({ credential: id, key: NEW, expiresAt: null })
    await handlers.switchKey(id)
    const { server, rest } = await stream(bot, '/after')
    expect(server.req.headers.authorization).toBe(`Bearer ${NEW}`)
    expect(await goesOn({ server, rest })).toBe('last')
    for (const url of ['https://evil.example/after', `https://localhost:${upstream.port + 1}/after`]) {
      const end = await use(bot, '/after', url).catch(codeOf)
      expect(end).toBe('ORIGIN_NOT_ALLOWED')
    }
    expect(of.activity.approvals.questions.list()).toEqual([])
  })
})
