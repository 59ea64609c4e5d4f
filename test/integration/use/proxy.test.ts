import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import { type ConnectProxy, startConnectProxy } from '../../support/connect-proxy.ts'
import { UseWorld } from '../../support/use-world.ts'
import { HOST, startUpstream, type Upstream } from '../broker/sender-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'

let world: UseWorld
let upstream: Upstream
let proxy: ConnectProxy
let isOpen = true
beforeAll(async () => {
  upstream = await startUpstream(({ headers }, response) => {
    response.end(headers.authorization === `Bearer ${KEY}` ? 'with the credential' : 'without')
  })
  proxy = await startConnectProxy({
    hosts: { [HOST]: upstream.port },
    answer: ({ client }) => {
      if (!isOpen) client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return !isOpen
    }
  })
  // Variables of whoever starts the vault have no say in the way out.
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1', NO_PROXY: HOST }
  world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: [], env })
  const network = `  ca_file: ${join(world.home, 'ca.pem')}\n  proxy: http://127.0.0.1:${proxy.port}\n`
  world.writePolicy(`services:\n  stripe:\n    hosts: ['${HOST}:${upstream.port}']\n`, network)
  expect((await world.latchkey(['approvals', '--list'])).code).toBe(0)
  await world.asTerminal(async (vault) => {
    const url = `https://${HOST}:${upstream.port}/`
    const { question } = (await vault.ask('use', world.use('stripe', { url }))) as { question: QuestionView }
    const { id, digest } = question
    const answer = { kind: 'allowed', duration: '10-minutes', wholeHost: true }
    await vault.ask('answerQuestion', { id, digest, answer })
  })
})
afterAll(async () => {
  await world.end()
  proxy.close()
  upstream.close()
})

const request = async () =>
  await world.latchkey(['request', 'stripe', `https://${HOST}:${upstream.port}/v1/x`])

describe('a request where policy.yaml names a proxy', () => {
  it('goes through it, with the credential inside', async () => {
    expect(await request()).toEqual({ code: 0, out: 'with the credential', errors: '' })
    expect(proxy.asked()).toEqual([`${HOST}:${upstream.port}`])
    expect(proxy.heads.join('')).not.toContain(KEY)
  })

  it('ends with 69 and a sentence where the proxy opens no way, and the log says so', async () => {
    isOpen = false
    proxy.cut()
    const { code, errors } = await request()
    expect([code, errors]).toEqual([69, expect.stringContaining('asks for a user name and a password')])
    expect(errors).toContain('(PROXY_REFUSED)')
    const [newest] = JSON.parse(
      (await world.latchkey(['audit', '--json', 'all'])).out
    ) as readonly AuditRowView[]
    expect(newest).toMatchObject({ kind: 'outcome', code: 'PROXY_REFUSED', status: null })
    const { out } = await world.latchkey(['explain', String(newest?.seq)])
    expect(out).toContain('the proxy of policy.yaml opened no way to the host')
  })

  it('is refused as a whole while the line of the proxy is not valid', async () => {
    world.writePolicy('', '  proxy: http://alice:word@127.0.0.1:3128\n')
    const { code, errors } = await request()
    expect([code, errors]).toEqual([64, expect.stringContaining('network.proxy must be an address such as')])
    expect(errors).not.toContain('word@')
    const { out } = await world.latchkey(['doctor'])
    expect(out).toContain('network.proxy must be an address such as')
  })
})
