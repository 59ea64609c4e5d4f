import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import type { OAuthProvider } from '../../core/provider.ts'
import { sampleEndpoints, sampleGrant, sampleProvider } from '../../core/testing/samples.ts'
import { createOAuthClient } from '../oauth-client.ts'

const issuer = 'https://sso.example.net'
const provider: OAuthProvider = {
  ...sampleProvider,
  endpoints: sampleEndpoints({ revocation: `${issuer}/revoke` })
}

function clientBefore(answer: (hint: string) => number) {
  const asked: string[] = []
  const client = createOAuthClient({
    now: () => new Date(),
    allowLoopbackHttp: false,
    fetch: async (_url, { body }) => {
      const hint = new URLSearchParams(typeof body === 'string' ? body : '').get('token_type_hint') ?? ''
      asked.push(hint)
      return new Response(null, { status: answer(hint) })
    }
  })
  return { asked, revoke: () => client.revoke(sampleGrant({ provider })) }
}

afterEach(() => {
  vi.restoreAllMocks()
})

it('ends the refresh token first and then the access token, and waits five seconds for each at most', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout')
  onTestFinished(() => timeout.mockRestore())
  const { asked, revoke } = clientBefore(() => 200)
  expect(await revoke()).toBe('yes')
  expect(asked).toEqual(['refresh_token', 'access_token'])
  const waits = timeout.mock.calls.map(([ms]) => ms).filter((ms) => ms < 60_000)
  expect(waits).toEqual([5000, 5000])
})

it('ends the access token as well where the refresh token can not be, and does not call that done', async () => {
  const { asked, revoke } = clientBefore((hint) => (hint === 'refresh_token' ? 400 : 200))
  expect(await revoke()).toBe('no')
  expect(asked).toEqual(['refresh_token', 'access_token'])
})
