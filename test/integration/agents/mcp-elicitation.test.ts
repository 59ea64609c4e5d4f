import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProposalView } from '#shared/broker/proposals.ts'
import { AgentHost, type Answer, type Era } from '../../support/agent-host.ts'
import { browse } from '../../support/openid-browser.ts'
import { allowDevice } from '../../support/openid-device-browser.ts'
import { type SignedInWorld, startSignedInWorld } from '../../support/signed-in-world.ts'
import { Running } from '../../support/use-world.ts'
import { connectTo } from '../../support/vault-processes.ts'

let started: SignedInWorld
let world: SignedInWorld['world']
let service = ''
beforeEach(async () => {
  started = await startSignedInWorld()
  world = started.world
  service = started.service
})
afterEach(() => started.end())

/** The id of the only proposal, once there is one. */
async function proposed(): Promise<string> {
  const vault = await connectTo(world.home)
  try {
    let all: readonly ProposalView[] = []
    await expect.poll(async () => (all = (await vault.ask('listProposals')) as typeof all)).toHaveLength(1)
    return all[0]?.id ?? ''
  } finally {
    vault.close()
  }
}

/** The person accepts at a terminal without a display, which shows the page and the code. */
async function acceptedByCode(): Promise<{ running: Running; address: string; code: string }> {
  const args = ['bin/latchkey.mjs', 'approvals', '--accept', await proposed()]
  const running = new Running(process.execPath, args, world.env(false))
  await running.says('Waiting for you.')
  const [, address = '', code = ''] = /open (\S+) and type the code\s+(\S+)/.exec(running.errors) ?? []
  return { running, address, code }
}

const eras: readonly Era[] = ['legacy', 'modern']

describe.each(eras)('a host that offers people to open an address, in the %s protocol', (era) => {
  let host: AgentHost
  afterEach(() => host.end())
  /** Asks as an agent does, until it is answered otherwise than that it is pending. */
  async function signedIn(): Promise<Answer> {
    const answer = await host.call('sign_in', { service, scope: 'registry:write' })
    return answer.value['state'] === 'pending' ? await signedIn() : answer
  }

  it('is given the page of the code once, without the code, after the person has accepted', async () => {
    host = await AgentHost.start({ era, env: world.env(), elicitation: { form: {}, url: {} } })
    const first = signedIn()
    const { running, address, code } = await acceptedByCode()
    await expect.poll(() => host.elicited).toHaveLength(1)
    expect(host.elicited).toMatchObject([
      { mode: 'url', url: address, message: expect.stringContaining('type the code') }
    ])
    expect(JSON.stringify(host.elicited)).not.toContain(code)
    expect((await world.snapshot()).credentials[0]?.scopes).not.toContain('registry:write')
    const again = signedIn()
    expect(await allowDevice(address, code)).toBe('Connected')
    expect(await running.ended).toBe(0)
    for (const { value, text } of await Promise.all([first, again])) {
      expect(value).toMatchObject({ state: 'done', service })
      expect(text).not.toContain(code)
    }
    expect(host.elicited).toHaveLength(1)
  })

  it.each([undefined, { form: {} }, {}])(
    'is given none where it declares %o, and is answered the same',
    async (elicitation) => {
      host = await AgentHost.start({ era, env: world.env(), ...(elicitation && { elicitation }) })
      const first = signedIn()
      const { running, address, code } = await acceptedByCode()
      expect(await allowDevice(address, code)).toBe('Connected')
      expect(await running.ended).toBe(0)
      expect((await first).value).toMatchObject({ state: 'done' })
      expect(host.elicited).toEqual([])
    }
  )

  it('is given no page of a redirect, whose address holds the state', async () => {
    host = await AgentHost.start({ era, env: world.env(), elicitation: { url: {} } })
    const first = signedIn()
    const args = ['bin/latchkey.mjs', 'approvals', '--accept', await proposed()]
    const running = new Running(process.execPath, args, world.env())
    await running.says('Waiting for you.')
    await browse(/https?:\/\/\S+/.exec(running.errors)?.[0] ?? '', { login: 'alice' })
    expect(await running.ended).toBe(0)
    expect((await first).value).toMatchObject({ state: 'done' })
    expect(host.elicited).toEqual([])
  })

  it('that says yes to everything on its own accepts no proposal', async () => {
    host = await AgentHost.start({ era, env: world.env(), elicitation: { form: {}, url: {} } })
    const first = signedIn()
    const id = await proposed()
    expect((await world.latchkey(['approvals', '--dismiss', id])).code).toBe(0)
    expect((await first).value).toMatchObject({ error: { code: 'APPROVAL_DENIED' } })
    expect(host.elicited).toEqual([])
  })
})
