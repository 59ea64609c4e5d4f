import { describe, expect, it } from 'vitest'
import { findProtectedResource, resourceWellKnownPlaces } from './protected-resource.ts'

const strict = { allowLoopbackHttp: false }
const SERVER = 'https://files.example/mcp'
const good = { resource: SERVER, authorization_servers: ['https://as.example'] }

type Answers = Readonly<Record<string, () => Response>>

/** A network with these answers; everything else is 404. */
function network(answers: Answers) {
  const asked: string[] = []
  const fetchPort = async (url: string): Promise<Response> => {
    asked.push(url)
    return answers[url]?.() ?? new Response('', { status: 404 })
  }
  return { asked, fetchPort }
}
const challenge = (header: string) => () =>
  new Response('', { status: 401, headers: { 'www-authenticate': header } })

describe('metadata of a protected resource', () => {
  it('is looked for at the address of its path, then of its host', async () => {
    const places = resourceWellKnownPlaces(new URL(SERVER))
    expect(places).toEqual([
      'https://files.example/.well-known/oauth-protected-resource/mcp',
      'https://files.example/.well-known/oauth-protected-resource'
    ])
    expect(resourceWellKnownPlaces(new URL('https://files.example/'))).toEqual([places[1]])
    const { asked, fetchPort } = network({ [places[1] ?? '']: () => Response.json(good) })
    expect((await findProtectedResource(fetchPort, SERVER, strict))?.issuer).toBe('https://as.example')
    expect(asked).toEqual([SERVER, ...places])
  })

  it.each<[string, Answers]>([
    ['is not there', {}],
    [
      'is of another server',
      { 'https://files.example/meta': () => Response.json({ ...good, resource: 'https://evil.example' }) }
    ],
    ['is an error in a 200', { 'https://files.example/meta': () => Response.json({ error: 'not_found' }) }],
    ['is empty', { 'https://files.example/meta': () => Response.json({}) }]
  ])('is looked for at the well-known addresses when the named document %s', async (_what, answers) => {
    const [place = ''] = resourceWellKnownPlaces(new URL(SERVER))
    const { fetchPort } = network({
      [SERVER]: challenge('Bearer resource_metadata="https://files.example/meta"'),
      [place]: () => Response.json(good),
      ...answers
    })
    expect((await findProtectedResource(fetchPort, SERVER, strict))?.issuer).toBe('https://as.example')
  })

  it('is taken from the second of two challenges when the first is a decoy', async () => {
    const { fetchPort } = network({
      [SERVER]: challenge(
        'Bearer resource_metadata="https://files.example/decoy", Bearer resource_metadata="https://files.example/meta"'
      ),
      'https://files.example/decoy': () => Response.json({ ...good, resource: 'https://evil.example/mcp' }),
      'https://files.example/meta': () => Response.json(good)
    })
    expect((await findProtectedResource(fetchPort, SERVER, strict))?.resource).toBe(SERVER)
  })

  it('is asked for by POST of a server that takes nothing else', async () => {
    const methods: (string | undefined)[] = []
    const fetchPort = async (url: string, { method }: RequestInit): Promise<Response> => {
      if (url === 'https://files.example/meta') return Response.json(good)
      if (url !== SERVER) return new Response('', { status: 404 })
      methods.push(method)
      const refusal = challenge('Bearer resource_metadata="https://files.example/meta"')
      return method === 'POST' ? refusal() : new Response('', { status: 405 })
    }
    expect((await findProtectedResource(fetchPort, SERVER, strict))?.issuer).toBe('https://as.example')
    expect(methods).toEqual(['GET', 'POST'])
  })

  it('is taken from where the challenge says, and from nowhere else if it is there', async () => {
    const place = 'https://files.example/meta'
    const { asked, fetchPort } = network({
      [SERVER]: challenge(`Bearer resource_metadata="${place}", scope="b a b"`),
      [place]: () => Response.json({ ...good, scopes_supported: ['c'] })
    })
    const found = await findProtectedResource(fetchPort, SERVER, strict)
    expect(found).toEqual({
      resource: SERVER,
      issuer: 'https://as.example',
      asked: ['b', 'a'],
      supported: ['c']
    })
    expect(asked).toEqual([SERVER, place])
  })

  it.each([
    'http://files.example/meta',
    'http://127.0.0.1/meta',
    'file:///etc/passwd',
    'https://u:p@files.example/'
  ])('is never fetched from an unsafe address in a challenge: %s', async (place) => {
    const { asked, fetchPort } = network({ [SERVER]: challenge(`Bearer resource_metadata="${place}"`) })
    const rules = { allowLoopbackHttp: true }
    expect(await findProtectedResource(fetchPort, SERVER, rules)).toBeNull()
    expect(asked).toEqual([SERVER, ...resourceWellKnownPlaces(new URL(SERVER))])
  })

  it.each([
    ['itself', SERVER, true],
    ['its whole host', 'https://files.example/', true],
    ['its whole host without a slash', 'https://files.example', true],
    ['its folder', 'https://files.example/mcp/', true],
    ['another host', 'https://evil.example/mcp', false],
    ['a port of its own', 'https://files.example:8443/mcp', false],
    ['a path below it', 'https://files.example/mcp/admin', false],
    ['a path that begins alike', 'https://files.example/mc', false],
    ['a query that was not asked for', `${SERVER}?tenant=1`, false]
  ])('may be for %s', async (_name, resource, isTaken) => {
    const { fetchPort } = network({
      [resourceWellKnownPlaces(new URL(SERVER))[0] ?? '']: () => Response.json({ ...good, resource })
    })
    const found = findProtectedResource(fetchPort, SERVER, strict)
    if (isTaken) expect((await found)?.resource).toBe(resource)
    else await expect(found).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
  })

  it('asks for valid scopes only, and for each once', async () => {
    const scopes = ['a', 7, 'b c', '', 'a', 'd"', null]
    const place = resourceWellKnownPlaces(new URL(SERVER))[0] ?? ''
    const { fetchPort } = network({ [place]: () => Response.json({ ...good, scopes_supported: scopes }) })
    expect((await findProtectedResource(fetchPort, SERVER, strict))?.supported).toEqual(['a'])
  })

  it('is an error when one place fails and the other is empty', async () => {
    const { fetchPort } = network({
      [resourceWellKnownPlaces(new URL(SERVER))[0] ?? '']: () => new Response('', { status: 503 })
    })
    await expect(findProtectedResource(fetchPort, SERVER, strict)).rejects.toMatchObject({ kind: 'status' })
  })
})
