import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProposalView } from '#shared/broker/proposals.ts'
import { AgentHost, type Answer, type Era } from '../../support/agent-host.ts'
import { createScanner } from '../../support/canary-scan.ts'
import { browse } from '../../support/openid-browser.ts'
import { type SignedInWorld, startSignedInWorld } from '../../support/signed-in-world.ts'
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

async function proposals(): Promise<readonly ProposalView[]> {
  const vault = await connectTo(world.home)
  try {
    return (await vault.ask('listProposals')) as readonly ProposalView[]
  } finally {
    vault.close()
  }
}
const isProposed = (): Promise<void> => expect.poll(proposals).toHaveLength(1)

/** The scopes of the entry, in the list. */
const scopes = async (): Promise<readonly string[]> => (await world.snapshot()).credentials[0]?.scopes ?? []

const eras: readonly Era[] = ['legacy', 'modern']

describe.each(eras)('sign_in of an agent, in the %s protocol', (era) => {
  let host: AgentHost
  const answers: Answer[] = []
  beforeEach(async () => {
    host = await AgentHost.start({ era, env: world.env() })
    answers.length = 0
  })
  afterEach(() => host.end())

  const signIn = async (scope?: string): Promise<Answer> => {
    const reason = 'write to the registry'
    const answer = await host.call('sign_in', { service, reason, ...(scope !== undefined && { scope }) })
    answers.push(answer)
    return answer
  }
  /** Asks as an agent does, until it is answered otherwise than that it is pending. */
  const signedIn = async (scope: string): Promise<Answer> => {
    const answer = await signIn(scope)
    return answer.value['state'] === 'pending' ? await signedIn(scope) : answer
  }

  it('begins nothing until the person accepts, and is done once they have signed in', async () => {
    const first = signedIn('registry:write')
    await isProposed()
    expect((await world.snapshot()).signIns).toEqual([])
    const terminal = world.inTerminal(['approvals'])
    await terminal.says('proposes the scope registry:write for')
    expect(world.isUnopened).toBe(true)
    terminal.type('a\n')
    const page = await world.opened()
    expect(new URL(page).searchParams.get('scope')?.split(' ')).toContain('registry:write')
    await browse(page, { login: 'alice' })
    expect(await terminal.ended).toBe(0)
    expect(terminal.out).toContain('Signed in to Example as alice@example.test.')
    expect((await first).value).toMatchObject({ state: 'done', service, account: 'alice@example.test' })
    expect(await scopes()).toContain('registry:write')
    expect((await signIn('registry:write')).value).toMatchObject({ state: 'done' })
    expect(await proposals()).toEqual([])
  })

  it('sees nothing of the page, the state, the code or a token on the way', async () => {
    const first = signedIn('registry:write')
    await isProposed()
    const terminal = world.inTerminal(['approvals'])
    await terminal.says('Anything else leaves it for later: ')
    terminal.type('a\n')
    const page = await world.opened()
    const during = signedIn('registry:write')
    await browse(page, { login: 'alice' })
    await Promise.all([first, during, terminal.ended])
    const { searchParams } = new URL(page)
    const scan = createScanner([
      ...started.op.issued(),
      ...['state', 'nonce', 'code_challenge', 'redirect_uri'].map((name) => ({
        kind: 'code' as const,
        value: searchParams.get(name) ?? name
      }))
    ])
    for (const { text } of answers) expect(scan(text)).toEqual([])
  })
})

describe('sign_in of an agent', () => {
  let host: AgentHost
  beforeEach(async () => {
    host = await AgentHost.start({ env: world.env() })
  })
  afterEach(() => host.end())
  const signIn = (scope: string): Promise<Answer> => host.call('sign_in', { service, scope })

  it('answers pending within 20 seconds, the same again, and is told of a dismissal', async () => {
    const begun = performance.now()
    const { value } = await signIn('registry:write')
    expect(performance.now() - begun).toBeLessThan(20_000)
    const [proposal] = await proposals()
    expect(value).toMatchObject({ state: 'pending', id: proposal?.id })
    const again = signIn('registry:write')
    expect((await world.latchkey(['approvals', '--dismiss', String(value['id'])])).code).toBe(0)
    expect((await again).value).toMatchObject({ state: 'failed', error: { code: 'APPROVAL_DENIED' } })
    expect((await signIn('registry:write')).value).toMatchObject({ error: { code: 'APPROVAL_DENIED' } })
    expect(await scopes()).not.toContain('registry:write')
  })

  it('takes three wishes of a program and no more', async () => {
    const asked = ['a', 'b', 'c'].map((scope) => signIn(scope))
    await expect.poll(proposals).toHaveLength(3)
    expect((await signIn('d')).value).toMatchObject({ error: { code: 'APPROVAL_DENIED' } })
    await host.end()
    await Promise.allSettled(asked)
  })

  it('is refused where the person has switched it off', async () => {
    const policy = join(world.home, 'policy.yaml')
    writeFileSync(policy, 'version: 1\nclients: { terminal: { no_proposals: true } }\n', { mode: 0o600 })
    expect((await signIn('registry:write')).value).toMatchObject({
      error: { code: 'APPROVAL_DENIED', message: 'policy.yaml lets this program propose nothing.' }
    })
    expect(await proposals()).toEqual([])
    rmSync(policy)
  })
})
