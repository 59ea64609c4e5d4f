import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ok, UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
beforeAll(async () => {
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
})
afterAll(() => world.end())
beforeEach(() => {
  world.handle = ok
  world.seen.length = 0
})

function request(path: string, ...args: readonly string[]): readonly string[] {
  return ['request', 'stripe', `${world.origin}${path}`, ...args]
}

type Refusal = {
  readonly what: string
  /** Given the origin of the server of the test. */
  readonly url: (origin: string) => string
  readonly args?: readonly string[]
  readonly code: 64 | 77
  readonly sentence: string
}

/** 77: the rules refuse it. 64: it can not be meant like that. HOST stands for the server of the test. */
const refusals: readonly Refusal[] = [
  {
    what: 'another host',
    url: () => 'https://evil.example/',
    code: 77,
    sentence:
      'This credential may be sent only to api.stripe.com, HOST. Other hosts are named in policy.yaml.'
  },
  {
    what: 'another port',
    url: () => 'https://localhost:1/',
    code: 77,
    sentence: 'This credential may not be sent to that port. Ports other than 443 are named in policy.yaml.'
  },
  {
    what: 'http',
    url: () => 'http://api.stripe.com/',
    code: 77,
    sentence: 'This credential is sent only over https.'
  },
  {
    what: 'an address in numbers',
    url: () => 'https://127.0.0.1/',
    code: 77,
    sentence: 'A credential is sent to a host with a name. Addresses in numbers are named in policy.yaml.'
  },
  {
    what: 'a path that mints a key',
    url: (origin) => `${origin}/v1/ephemeral_keys`,
    args: ['--data', 'x'],
    code: 77,
    sentence: 'A rule denies this request. “latchkey explain” says more.'
  },
  {
    what: 'the method TRACE',
    url: (origin) => origin,
    args: ['--method', 'TRACE'],
    code: 77,
    sentence: 'Requests of this method are never sent with a credential.'
  },
  {
    what: 'a path with a hidden slash',
    url: (origin) => `${origin}/v1%2fephemeral_keys`,
    code: 77,
    sentence:
      'The path has a slash behind a percent sign, which this service is not known to read as part of a name. If it does, say “encoded_slash: true” for it in policy.yaml.'
  },
  {
    what: 'a path with a hidden dot',
    url: (origin) => `${origin}/v1/%2e%2e/x`,
    code: 64,
    sentence:
      'The path of this address hides characters such as a dot behind percent signs. Write it without them.'
  },
  {
    what: 'a path with dots',
    url: (origin) => `${origin}/v1/../x`,
    code: 64,
    sentence: 'The path of this address has “.” or “..” in it. Write the path that is meant.'
  },
  {
    what: 'a user in the address',
    url: () => 'https://me@api.stripe.com/',
    code: 64,
    sentence: 'An address must not hold a user name or a password.'
  },
  {
    what: 'a header of the credential',
    url: (origin) => origin,
    args: ['--header', 'Authorization: Bearer mine'],
    code: 64,
    sentence: 'A program can’t set the header authorization.'
  },
  {
    what: 'the header Host',
    url: (origin) => origin,
    args: ['--header', 'Host: evil.example'],
    code: 64,
    sentence: 'A program can’t set the header host.'
  },
  {
    what: 'a line break in a header',
    url: (origin) => origin,
    args: ['--header', 'X-A: b\r\nHost: evil.example'],
    code: 64,
    sentence: 'The value of a header has a line break or another character that it can’t have.'
  }
]

describe('a request that is refused', () => {
  it.each(refusals)('to $what', async ({ url, args = [], code, sentence }) => {
    const end = await world.latchkey(['request', 'stripe', url(world.origin), '--no-prompt', ...args])
    const problem = code === 77 ? 'ORIGIN_NOT_ALLOWED' : 'INVALID_REQUEST'
    const errors = `latchkey: ${sentence.replace('HOST', world.host)} (${problem})\n`
    expect(end).toEqual({ code, out: '', errors })
    expect(world.seen).toEqual([])
  })

  it('by a policy that only lets it read, from the next use on', async () => {
    world.writePolicy('    read_only: true\n')
    const end = await world.latchkey(request('/v1/x', '--no-prompt', '--data', 'x'))
    world.writePolicy()
    expect(end).toMatchObject({
      code: 77,
      errors: expect.stringContaining('This credential may only read: GET and HEAD.')
    })
  })

  it('by a policy that gives this program no access to the service', async () => {
    world.writePolicy('clients:\n  terminal:\n    services:\n      github: {}\n')
    const end = await world.latchkey(request('/v1/x', '--no-prompt'))
    world.writePolicy()
    expect(end).toMatchObject({
      code: 77,
      errors: expect.stringContaining('The policy gives this program no access to this service.')
    })
  })

  it('by a policy that can not be read, with its line', async () => {
    world.writePolicy('wrong: [\n')
    const end = await world.latchkey(request('/v1/x', '--no-prompt'))
    world.writePolicy()
    expect(end).toMatchObject({
      code: 64,
      errors: expect.stringMatching(/policy\.yaml: line \d+: .*\(CONFIG_INVALID\)\n$/)
    })
  })

  it('for a service without a sign-in, with 4', async () => {
    expect(await world.latchkey(['request', 'github', `${world.origin}/`])).toEqual({
      code: 4,
      out: '',
      errors: 'latchkey: There is no credential with that name. (UNKNOWN_SERVICE)\n'
    })
  })

  it.each([
    ['request', () => ['request', 'strip', `${world.origin}/`]],
    ['token', () => ['token', 'strpie']],
    ['relay', () => ['relay', 'sripe', '--host', world.host]],
    ['run', () => ['run', '--use', 'stirpe', '--host', world.host, '--', 'true']]
  ])('for a mistyped service, with the one that was meant: %s', async (_name, args) => {
    expect(await world.latchkey(args())).toEqual({
      code: 4,
      out: '',
      errors:
        'latchkey: There is no credential with that name. Did you mean “stripe” (Stripe)? (UNKNOWN_SERVICE)\n'
    })
  })

  it('for arguments that do not fit together, without repeating them', async () => {
    const end = await world.latchkey(request('/', '--data', KEY, '--data-file', KEY))
    expect(end).toMatchObject({
      code: 64,
      errors: expect.stringContaining('--data and --data-file do not go together.')
    })
    expect(end.errors).not.toContain(KEY)
  })
})
