import { describe, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import type { CredentialView } from '#shared/broker/credential-views.ts'
import { credentialKey } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { fakeVault } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'
import { credentialFields } from './credential-fields.ts'

const HOUR = 3_600_000
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR + 60_000).toISOString()

function view(part: Partial<CredentialView> = {}): CredentialView {
  const { service = 'github', account = 'octocat' } = part
  return {
    id: credentialKey({ service, account }),
    service,
    account,
    name: 'GitHub',
    kind: 'oauth',
    status: { kind: 'valid' },
    expiry: { kind: 'at', at: inHours(3) },
    renewable: true,
    scopes: ['repo', 'read:org'],
    missingScopes: [],
    extraScopes: [],
    issuer: 'https://github.com',
    clientId: 'Iv1.0',
    allowedHosts: [],
    masked: 'gh••••••••1a',
    backend: 'keychain',
    obtainedAt: '2026-01-01T00:00:00.000Z',
    refreshedAt: null,
    nextRefreshAt: null,
    keptFresh: null,
    useBefore: null,
    signInBefore: null,
    issuedAt: '2026-01-01T00:00:00.000Z',
    lastUsedAt: null,
    rotation: null,
    labels: null,
    allowedTo: ['terminal'],
    ...part
  }
}

const storage = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null } as const
const rejected = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null } as const
const used = (clientName: string, at: string) => ({ clientName, at }) as Partial<AuditRowView> as AuditRowView

async function run(
  args: readonly string[],
  credentials: readonly CredentialView[],
  log: readonly AuditRowView[] | null = [],
  health: StorageHealth = storage
) {
  const calls: unknown[] = []
  const answers = {
    viewCredentials: async (wish: { service: string | null; account: string | null }) => ({
      storage: health,
      credentials: credentials.filter(
        ({ account, service }) =>
          (wish.service ?? service) === service && (wish.account ?? account) === account
      )
    }),
    listAudit: async () => {
      if (log === null) throw new VaultRefusal({ code: 'VAULT_LOCKED', message: '' })
      return [...log]
    }
  }
  const reachHome = async (way: string) => {
    calls.push(way)
    return fakeVault(answers, calls)
  }
  const openVault = async () => fakeVault(answers, calls)
  return { ...(await runFake(args, { reachHome, openVault })), calls }
}

describe('latchkey status', () => {
  it('lists each entry in aligned columns, what needs the person with the command that helps', async () => {
    const ill = view({
      service: 'slack',
      account: 'my team',
      status: rejected,
      expiry: { kind: 'unknown' },
      allowedTo: []
    })
    const { out, code } = await run(['status'], [ill, view()])
    expect(out.split('\n')).toEqual([
      'SERVICE  ACCOUNT  STATUS           EXPIRES         SCOPES         ALLOWED TO',
      'slack    my team  ✗ Needs sign-in  not known       repo read:org',
      'github   octocat  ✓ Valid          in 3 h, renews  repo read:org  terminal',
      '',
      "→ slack, my team: latchkey sign-in slack --account 'my team'",
      '2 entries · Keyring: works',
      ''
    ])
    expect(code).toBe(4)
  })

  it.each([
    ['everything works', 0, [view()]],
    [
      'one can not be renewed now',
      1,
      [view({ status: { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: null } })]
    ],
    ['one needs a sign-in', 4, [view(), view({ status: rejected })]],
    ['the store is locked', 75, [view({ status: rejected }), view({ status: { kind: 'locked' } })]]
  ])('ends with a code that says that %s: %i', async (_, code, credentials) => {
    expect((await run(['status'], credentials)).code).toBe(code)
  })

  it('asks for one service alone, and says that nothing is kept for it', async () => {
    const { calls, code, errors, out } = await run(['status', 'nobody'], [])
    const all = ['viewCredentials', { service: null, account: null }]
    expect(calls).toEqual([
      'start',
      ['viewCredentials', { service: 'nobody', account: null }],
      all,
      ['close']
    ])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(errors).toBe(
      'latchkey: There is no entry of that name. “latchkey status” lists what is kept. (UNKNOWN_SERVICE)\n'
    )
  })

  it.each(['status', 'show', 'refresh', 'rotate'])(
    'suggests the entry that was probably meant: %s',
    async (command) => {
      const kept = [
        view({ service: 'token-1', name: 'GitHub token' }),
        view({ service: 'stripe', name: 'Stripe' })
      ]
      const { code, errors, out } = await run([command, 'github'], kept)
      expect([code, out]).toEqual([4, ''])
      expect(errors).toBe(
        'latchkey: There is no entry of that name. Did you mean “token-1” (GitHub token)? (UNKNOWN_SERVICE)\n'
      )
    }
  )

  it('says of an account that is not there where the others stand', async () => {
    const { code, errors } = await run(['show', 'github', '--account', 'ana'], [view()])
    expect([code, errors]).toEqual([4, expect.stringContaining('no such account')])
  })

  it('says in plain words what a weaker store means, and what to do', async () => {
    const weaker = {
      backend: 'encrypted-file',
      label: 'Encrypted files',
      state: 'degraded',
      problem: null
    } as const
    const { out } = await run(['status'], [view()], [], weaker)
    expect(out).toContain(
      '1 entry · Encrypted files: works, but weaker than a keychain or a passphrase: the key is next to the files. “latchkey move --to keychain” moves every entry.\n'
    )
    expect(out).not.toContain('degraded')
  })

  it('says how to begin where nothing is kept yet', async () => {
    const { code, out } = await run(['status'], [])
    expect([code, out]).toEqual([0, expect.stringContaining('latchkey import FILE')])
  })

  it('writes JSON with every field each time, and the same as its list of fields', async () => {
    const { out } = await run(['status', '--json', 'all'], [view(), view({ resource: 'https://x' })])
    const rows = JSON.parse(out) as Record<string, unknown>[]
    for (const row of rows) expect(Object.keys(row)).toEqual(credentialFields)
    expect(rows[0]).toMatchObject({ status: 'valid', problem: null, expiry: 'at', store: 'keychain' })
  })

  it('shortens a long list of scopes and names a missing one', async () => {
    const { out } = await run(
      ['status'],
      [
        view({ scopes: Array.from({ length: 12 }, (_, number) => `scope-number-${number}`) }),
        view({ scopes: [], missingScopes: ['repo'] })
      ]
    )
    expect(out).toContain('scope-number-0 scope-number-1 +10')
    expect(out).toContain('(repo missing)')
  })

  it('uses colour only where the terminal has it', async () => {
    const plain = await run(['status'], [view()])
    expect(plain.out).not.toContain('\u001b')
  })
})

describe('latchkey show', () => {
  it('shows the times, the scopes, the programs and no more of the value than its mask', async () => {
    const log = [used('builder', inHours(-1)), used('terminal', inHours(-2)), used('builder', inHours(-3))]
    const { code, out } = await run(['show', 'github'], [view({ missingScopes: ['workflow'] })], log)
    expect(code).toBe(0)
    for (const line of [
      'Service     GitHub (github)',
      'Value       gh••••••••1a',
      'Scopes      repo',
      '            workflow (missing)',
      'Kept in     the keychain',
      'Used by     builder, 2 times, last 59 min ago'
    ])
      expect(out.split('\n')).toContain(line)
  })

  it('says that the log can’t be read now, and goes on', async () => {
    expect((await run(['show', 'github'], [view()], null)).out).toContain('the log can’t be read now')
    const { out } = await run(['show', 'github', '--json', 'usedBy,service'], [view()], null)
    expect(JSON.parse(out)).toEqual({ usedBy: null, service: 'github' })
  })

  it.each([
    [[], 4, 'UNKNOWN_SERVICE'],
    [[view({ account: 'a' }), view({ account: 'b' })], 64, 'INVALID_REQUEST']
  ])('needs one entry', async (credentials, code, problem) => {
    const ended = await run(['show', 'github'], credentials)
    expect(ended).toMatchObject({ code, out: '', errors: expect.stringContaining(problem) as string })
  })

  it('asks for the account that is named', async () => {
    const { calls } = await run(['show', 'github', '--account', 'ana'], [view({ account: 'ana' })])
    expect(calls[1]).toEqual(['viewCredentials', { service: 'github', account: 'ana' }])
  })
})
