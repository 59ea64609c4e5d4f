import { expect, it } from 'vitest'
import { credentialKey, type CredentialStatus, type CredentialSummary } from '#shared/credential.ts'
import { credentialViews } from './credential-views.ts'

const entry = (service: string, account: string, status: CredentialStatus = { kind: 'valid' }) =>
  ({
    id: credentialKey({ service, account }),
    service,
    account,
    status
  }) as Partial<CredentialSummary> as CredentialSummary

const storage = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null } as const
const all = [
  entry('openai', 'b'),
  entry('openai', 'a'),
  entry('github', 'ana', { kind: 'expired' }),
  entry('slack', 'team', { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null }),
  entry('aws', 'x', { kind: 'expiring' }),
  entry('provider-key', 'deploy')
]

const viewed = async (service: string | null, account: string | null = null) => {
  const credential = credentialKey({ service: 'openai', account: 'a' })
  const { credentials } = await credentialViews(
    {
      feed: { summaries: () => all },
      approvals: {
        list: () => [
          { client: 'terminal', credential },
          { client: '1', credential },
          { client: '1', credential }
        ]
      },
      clients: {
        find: (id) => (id === '1' ? { id, name: 'builder', pairedAt: new Date(0), lastSeenAt: null } : null)
      },
      health: async () => storage
    },
    { service, account }
  )
  return credentials.map((each) => `${each.service} ${each.account} ${each.allowedTo.join('+')}`.trim())
}

it('puts what needs the person first, then goes by service and account', async () => {
  expect(await viewed(null)).toEqual([
    'slack team',
    'github ana',
    'aws x',
    'openai a builder+terminal',
    'openai b',
    'provider-key deploy'
  ])
})

it('shows the entries that are meant, and none for a service that nobody keeps', async () => {
  expect(await viewed('openai')).toEqual(['openai a builder+terminal', 'openai b'])
  expect(await viewed('openai', 'b')).toEqual(['openai b'])
  expect(await viewed('nobody')).toEqual([])
  expect(await viewed('deploy')).toEqual(['provider-key deploy'])
})
