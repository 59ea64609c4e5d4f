import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { OAuthProvider, Provider } from '../provider.ts'
import { settle } from '../testing/fake-clock.ts'
import { sampleEndpoints, sampleGrant, sampleProvider } from '../testing/samples.ts'
import { signInWorld } from '../testing/sign-in-world.ts'
import { rowInUse } from './sign-in-plan.ts'

const forMcp: OAuthProvider = { ...sampleProvider, resource: 'https://mcp.example/mcp' }
const { ref } = sampleGrant()
const again = { kind: 'again', credential: credentialKey(ref) } as const
type World = ReturnType<typeof signInWorld>
let repository: World['repository']
let oauth: World['oauth']
let service: World['service']
let rows: Provider[]

beforeEach(() => {
  rows = []
  ;({ repository, oauth, service } = signInWorld({ rows: () => rows }))
})

describe('a registration that the server has forgotten', () => {
  it('is made again when the person says so, and the entry keeps its place', async () => {
    await repository.save(sampleGrant({ provider: forMcp, client: { id: 'forgotten', secret: null } }))
    await service.start({ ...again, newClient: true })
    expect(oauth.registered).toEqual([sampleProvider.endpoints.issuer])
    expect(oauth.requests[0]?.client.id).toBe('client-1')
    oauth.pending[0]?.answer()
    await settle()
    expect(repository.list().map((entry) => [entry.ref, entry.clientId])).toEqual([[ref, 'client-1']])
  })

  it('leaves what is stored as it is until the sign-in is done', async () => {
    await repository.save(sampleGrant({ provider: forMcp, client: { id: 'forgotten', secret: null } }))
    const { attempt } = await service.start({ ...again, newClient: true })
    service.cancel(attempt)
    await settle()
    expect(repository.find(ref)?.clientId).toBe('forgotten')
  })

  it('that can not be made again is reported, and no page is opened', async () => {
    await repository.save(sampleGrant({ provider: forMcp }))
    oauth.registerClient = () => Promise.reject(new VaultError('PROVIDER_REFUSED'))
    await expect(service.start({ ...again, newClient: true })).rejects.toMatchObject({
      code: 'PROVIDER_REFUSED'
    })
    expect(oauth.requests).toEqual([])
  })

  it.each([
    [forMcp, true],
    [sampleProvider, false]
  ])('can be offered only where tokens are for one resource', async (provider, mayRegister) => {
    await repository.save(sampleGrant({ provider }))
    const { again: offered } = await service.start(again)
    expect(offered).toEqual({ credential: credentialKey(ref), mayRegister })
  })
})

describe('the row to sign in again with', () => {
  const fixed = sampleEndpoints()
  const stored: OAuthProvider = { ...sampleProvider, endpoints: fixed, errorCodes: {} }
  const today: OAuthProvider = {
    ...stored,
    endpoints: { ...fixed, revocation: 'https://sso.example.net/revoke' },
    errorCodes: { bad_verification_code: 'invalid_grant' }
  }
  const inUse = (row: Provider | null) => rowInUse(stored, { find: () => row })

  it('is that of today, with what was learned since', async () => {
    expect(inUse(today)).toEqual(today)
    rows = [today]
    await repository.save(sampleGrant({ provider: stored }))
    await service.start(again)
    expect(oauth.requests[0]?.provider).toEqual(today)
  })

  it('still asks for the resource that the sign-in was made for', () => {
    const kept = rowInUse({ ...stored, resource: 'https://api.example' }, { find: () => today })
    expect(kept.resource).toBe('https://api.example')
  })

  it.each<[string, Provider | null]>([
    ['there is none of that name', null],
    ['the issuer is another', { ...today, endpoints: { ...fixed, issuer: 'https://other.example' } }],
    ['the sign-in page moved', { ...today, endpoints: { ...fixed, authorization: 'https://b.example/a' } }],
    ['the token endpoint moved', { ...today, endpoints: { ...fixed, token: 'https://b.example/t' } }],
    ['it asks for discovery now', { ...today, endpoints: { kind: 'discovered', issuer: fixed.issuer } }]
  ])('is the one from before where %s', (_what, row) => {
    expect(inUse(row)).toBe(stored)
  })
})
