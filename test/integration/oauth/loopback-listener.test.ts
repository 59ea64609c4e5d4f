import { type Socket, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderRedirect } from '../../../src-main/core/provider.ts'
import {
  type LoopbackListener,
  openLoopbackListener
} from '../../../src-main/oauth/loopback/loopback-listener.ts'

const anyPort = (host: ProviderRedirect['host']): ProviderRedirect => ({ host, ports: [], path: '/callback' })

let listener: LoopbackListener
let answers: number
const sockets = new Set<Socket>()

beforeEach(async () => {
  answers = 0
  listener = await openLoopbackListener({
    redirect: anyPort('127.0.0.1'),
    accept: (query) => (query === 'right' ? 'success' : null),
    onAnswered: () => void (answers += 1),
    socketTimeoutMs: 400
  })
})
/** Replaces the listener by one that closes no connection for a minute. */
async function patient(): Promise<void> {
  await listener.close()
  listener = await openLoopbackListener({
    redirect: anyPort('127.0.0.1'),
    accept: (query) => (query === 'right' ? 'success' : null),
    onAnswered: () => void (answers += 1),
    socketTimeoutMs: 60_000
  })
}

afterEach(async () => {
  await listener.close()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
})

const port = (): number => Number(new URL(listener.redirectUri).port)

/** Sends the text unchanged and returns the reply until the other side closes. */
async function raw(text: string): Promise<string> {
  const socket = open()
  socket.write(text)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk.toString()))
  await new Promise((resolve) => socket.once('close', resolve))
  return answer
}

function open(): Socket {
  const socket = connect(port(), '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.add(socket)
  return socket
}

function request(line: string, headers: Record<string, string> = {}): string {
  const all = { Host: `127.0.0.1:${String(port())}`, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`
}

describe('the redirect URI', () => {
  const refusals: [string, string, Record<string, string>, string][] = [
    ['a foreign query', 'GET /callback?wrong HTTP/1.1', {}, '400'],
    ['no query', 'GET /callback HTTP/1.1', {}, '400'],
    ['another path', 'GET /favicon.ico HTTP/1.1', {}, '404'],
    ['a path that goes up', 'GET /x/../callback?right HTTP/1.1', {}, '404'],
    ['an absolute address', 'GET http://evil.example/callback?right HTTP/1.1', {}, '404'],
    ['a POST', 'POST /callback?right HTTP/1.1', { 'Content-Length': '0' }, '405'],
    ['a HEAD', 'HEAD /callback?right HTTP/1.1', {}, '405'],
    ['OPTIONS, as before a cross-site request', 'OPTIONS /callback?right HTTP/1.1', {}, '405'],
    ['another host name (DNS rebinding)', 'GET /callback?right HTTP/1.1', { Host: 'evil.example' }, '421'],
    ['localhost for a host name', 'GET /callback?right HTTP/1.1', { Host: 'localhost' }, '421'],
    ['two hosts, the right one first', 'GET /callback?right HTTP/1.1', { host: 'evil.example' }, '421'],
    ['any Origin', 'GET /callback?right HTTP/1.1', { Origin: 'https://evil.example' }, '403'],
    ['an Origin of null', 'GET /callback?right HTTP/1.1', { Origin: 'null' }, '403']
  ]
  it.each(refusals)('refuses %s and goes on waiting', async (_name, line, headers, status) => {
    expect(await raw(request(line, headers))).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answers).toBe(0)
    expect((await fetch(`${listener.redirectUri}?right`)).status).toBe(200)
    expect(answers).toBe(1)
  })

  it('answers with a static page that loads, runs and keeps nothing', async () => {
    const response = await fetch(`${listener.redirectUri}?right`)
    const page = await response.text()
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page).toContain('<title>Back to Latchkey')
    expect(page).not.toMatch(/<script|https?:|style=/)
  })

  it('reflects nothing of a request', async () => {
    const response = await fetch(`${listener.redirectUri}?<script>cnry</script>&error=cnry`)
    expect(await response.text()).not.toContain('cnry')
  })

  it('refuses more than 8 kB of address or headers', async () => {
    const answer = await raw(request(`GET /callback?${'x'.repeat(9000)} HTTP/1.1`))
    expect(answer).not.toContain('200')
    expect(answers).toBe(0)
  })

  it('survives a thousand junk requests and a crowd that never finishes, and still takes the right answer', async () => {
    const slow = Array.from({ length: 200 }, () => open())
    for (const socket of slow) socket.write('GET /callback?right HTTP/1.1\r\nHost: ')
    const junk = ['\u0000\u0001\u0002', 'GET', '* * *\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'X'.repeat(20_000)]
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 100 }, (_, number) => raw(junk[number % junk.length] ?? '')))
    }
    expect(answers).toBe(0)
    expect((await fetch(`${listener.redirectUri}?right`)).status).toBe(200)
    expect(answers).toBe(1)
  })

  it('hangs up on a silent client', async () => {
    const socket = open()
    const began = Date.now()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(Date.now() - began).toBeLessThan(30_000)
  })

  it('releases its port at once, even with open connections', { timeout: 30_000 }, async () => {
    await patient()
    const socket = open()
    socket.write('GET /callback?right HTTP/1.1\r\n')
    await new Promise((resolve) => socket.once('connect', resolve))
    const { redirectUri } = listener
    await listener.close()
    await expect(fetch(redirectUri)).rejects.toThrow()
    await listener.close()
    expect(answers).toBe(0)
  })

  it('drops the oldest of a crowd, not the newest', { timeout: 30_000 }, async () => {
    await patient()
    const oldest = open()
    const left = new Promise((resolve) => oldest.once('close', resolve))
    await new Promise((resolve) => oldest.once('connect', resolve))
    for (let number = 0; number < 200; number += 1) open()
    await left
    expect((await fetch(`${listener.redirectUri}?right`)).status).toBe(200)
  })
})

describe('the redirect URI for a provider that insists on localhost', () => {
  it('listens on both loopback addresses, so that no other program can take the other one', async () => {
    const both = await openLoopbackListener({
      redirect: anyPort('localhost'),
      accept: () => 'success',
      onAnswered: () => undefined
    })
    const { port: both2, host } = new URL(both.redirectUri)
    expect(host).toBe(`localhost:${both2}`)
    const answer = await fetch(`http://localhost:${both2}/callback?right`)
    expect(answer.status).toBe(200)
    await both.close()
  })
})
