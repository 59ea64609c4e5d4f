import { type ChildProcess, spawn } from 'node:child_process'
import { type Server, connect, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProviderRedirect } from '../../../src-main/core/provider.ts'
import {
  type LoopbackListener,
  openLoopbackListener
} from '../../../src-main/oauth/loopback/loopback-listener.ts'
import { portOwner } from '../../../src-main/oauth/loopback/port-owner.ts'

const listeners: LoopbackListener[] = []
const servers: Server[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(() => resolve(null))))
  )
})

async function open(redirect: Partial<ProviderRedirect>): Promise<LoopbackListener> {
  const listener = await openLoopbackListener({
    redirect: { host: '127.0.0.1', ports: [], path: '/callback', ...redirect },
    accept: (query) => (query === 'right' ? 'success' : null),
    onAnswered: () => undefined
  })
  listeners.push(listener)
  return listener
}

/** Takes the given port, or any free one, as another program would. */
async function take(port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, resolve)
  })
  servers.push(server)
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

let nextPort = 20_000 + Math.floor(Math.random() * 10_000)

/** A free port that the system does not assign to a program that asks for any port. */
async function freePort(): Promise<number> {
  for (;;) {
    nextPort += 1
    const port = await take(nextPort).catch(() => null)
    if (port === null) continue
    const server = servers.pop()
    await new Promise((resolve) => server?.close(resolve))
    return port
  }
}

/** A port that another process listens on. */
async function takenByAnother(): Promise<{ readonly port: number; readonly pid: number }> {
  const script = `require('node:net').createServer().listen(0, '127.0.0.1', function () {
    process.stdout.write(String(this.address().port))
  })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const port = await new Promise<number>((resolve) =>
    child.stdout?.once('data', (data) => resolve(Number(data)))
  )
  return { port, pid: child.pid ?? 0 }
}

describe('a redirect URI with registered ports', () => {
  it('is opened on the first of them, with the registered path and no other', async () => {
    const port = await freePort()
    const { redirectUri } = await open({ ports: [port], path: '/oauth/back' })
    expect(redirectUri).toBe(`http://127.0.0.1:${String(port)}/oauth/back`)
    expect((await fetch(`http://127.0.0.1:${String(port)}/callback?right`)).status).toBe(404)
    expect((await fetch(`${redirectUri}?right`)).status).toBe(200)
  })

  it('is opened on the next one when the first is busy', async () => {
    const busy = await take()
    const free = await freePort()
    expect((await open({ ports: [busy, free] })).redirectUri).toBe(
      `http://127.0.0.1:${String(free)}/callback`
    )
  })

  it('gives the port back', async () => {
    const port = await freePort()
    await (await open({ ports: [port] })).close()
    expect(await take(port)).toBe(port)
  })

  it('is not opened when all are busy, and says so with the ports', async () => {
    const ports = [await take(), await take()]
    await expect(open({ ports })).rejects.toMatchObject({
      code: 'PORT_BUSY',
      message: expect.stringMatching(new RegExp(`Port ${String(ports[0])} .*Port ${String(ports[1])} `))
    })
  })

  it('says that another sign-in has the port', async () => {
    const port = await freePort()
    await open({ ports: [port] })
    await expect(open({ ports: [port] })).rejects.toMatchObject({
      message: expect.stringContaining(`Port ${String(port)} belongs to another`)
    })
  })

  it('never goes to a port that is not registered', async () => {
    const port = await take()
    await expect(open({ ports: [port] })).rejects.toMatchObject({ code: 'PORT_BUSY' })
    expect(listeners).toHaveLength(0)
  })
})

describe.runIf(process.platform === 'linux')('the program that has a port', () => {
  it('is named with its process in the error', async () => {
    const { port, pid } = await takenByAnother()
    await expect(open({ ports: [port] })).rejects.toMatchObject({
      message: expect.stringContaining(`Port ${String(port)} belongs to “node” (process ${String(pid)}).`)
    })
  })

  it('is found on either version of the protocol', async () => {
    const port = await take(0, '::1')
    expect(await portOwner(port)).toMatchObject({ pid: process.pid })
  })

  it('is null for a free port', async () => {
    expect(await portOwner(await freePort())).toBeNull()
  })
})

describe('a redirect URI on localhost', () => {
  it('is answered on both loopback addresses', async () => {
    const port = await freePort()
    const { redirectUri } = await open({ host: 'localhost', ports: [port] })
    expect(redirectUri).toBe(`http://localhost:${String(port)}/callback`)
    const headers = { host: `localhost:${String(port)}` }
    expect(await statusOf('127.0.0.1', port, headers.host)).toBe('400')
    expect(await statusOf('::1', port, headers.host)).toBe('400')
  })

  it.each(['127.0.0.1', '::1'])('is not opened while another program has the port at %s', async (host) => {
    const port = await take(0, host)
    await expect(open({ host: 'localhost', ports: [port] })).rejects.toMatchObject({ code: 'PORT_BUSY' })
    const other = host === '::1' ? '127.0.0.1' : '::1'
    expect(await take(port, other)).toBe(port)
  })
})

async function statusOf(address: string, port: number, host: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(port, address)
    socket.once('error', reject)
    socket.once('data', (data) => {
      resolve(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1] ?? '')
      socket.destroy()
    })
    socket.write(`GET /callback?wrong HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
}
