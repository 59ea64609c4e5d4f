import type { IpcMainInvokeEvent } from 'electron'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { type VaultRequestName, vaultRequests } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import { type Handlers, serveRequests } from './ipc-server.ts'

const table = {
  greet: {
    input: v.strictTuple([v.pipe(v.string(), v.maxLength(5))]),
    output: v.strictObject({ text: v.string() })
  }
}
type Call = (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>
const event = {} as IpcMainInvokeEvent

function serve<Table extends Parameters<typeof serveRequests>[0]['table']>(
  requests: Table,
  handlersFor: () => Handlers<Table> | null
): {
  call: (name: string, ...args: unknown[]) => Promise<unknown>
  channels: Map<string, Call>
  stop: () => void
} {
  const channels = new Map<string, Call>()
  const ipcMain = {
    handle: (channel: string, listener: Call) => void channels.set(channel, listener),
    removeHandler: (channel: string) => void channels.delete(channel)
  }
  const stop = serveRequests({ ipcMain, table: requests, channel: (name) => `test:${name}`, handlersFor })
  return { call: (name, ...args) => channels.get(`test:${name}`)!(event, ...args), channels, stop }
}
const greeting = { greet: async (name: string) => ({ text: `hello ${name}` }) }

describe('an IPC request', () => {
  it('is answered with a value when all is well', async () => {
    expect(await serve(table, () => greeting).call('greet', 'ana')).toEqual({
      ok: true,
      value: { text: 'hello ana' }
    })
  })

  it('from an unknown sender is refused before its arguments are looked at', async () => {
    expect(await serve(table, () => null).call('greet', 'ana')).toMatchObject({
      ok: false,
      problem: { code: 'INVALID_REQUEST' }
    })
  })

  it.each([[[]], [['too long']], [['ana', 'more']], [[{ name: 'ana' }]], [[null]]])(
    'with arguments %j is refused',
    async (args) => {
      const answer = await serve(table, () => greeting).call('greet', ...args)
      expect(answer).toMatchObject({ ok: false, problem: { code: 'INVALID_REQUEST' } })
    }
  )

  it('never quotes what it was sent', async () => {
    const answer = await serve(table, () => greeting).call('greet', 'sk_live_secret')
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  it('whose answer has a field too many fails closed', async () => {
    const leaky = { greet: async () => ({ text: 'hello', token: 'sk_live_secret' }) }
    const answer = await serve(table, () => leaky).call('greet', 'ana')
    expect(answer).toMatchObject({ ok: false, problem: { code: 'INTERNAL' } })
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  it('that meets a foreign error says INTERNAL and nothing of the error', async () => {
    const broken = { greet: async () => JSON.parse('sk_live_secret') as { text: string } }
    const answer = await serve(table, () => broken).call('greet', 'ana')
    expect(answer).toMatchObject({ ok: false, problem: { code: 'INTERNAL', remedy: 'retry' } })
    expect(JSON.stringify(answer)).not.toContain('sk_live')
  })

  it('passes our own error on with its code and remedy, without its cause', async () => {
    const failing = {
      greet: async (): Promise<never> => {
        throw new VaultError('REFRESH_REJECTED', { cause: new Error('sk_live_secret') })
      }
    }
    const answer = await serve(table, () => failing).call('greet', 'ana')
    expect(answer).toMatchObject({ ok: false, problem: { code: 'REFRESH_REJECTED', remedy: 'sign-in' } })
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  it('has no channel once the server has stopped', () => {
    const { channels, stop } = serve(table, () => greeting)
    expect(channels.size).toBe(1)
    stop()
    expect(channels.size).toBe(0)
  })
})

describe('every channel of the vault', () => {
  const reached: string[] = []
  const handlers = Object.fromEntries(
    Object.keys(vaultRequests).map((name) => [name, async () => void reached.push(name)])
  ) as unknown as Handlers<typeof vaultRequests>
  const { call } = serve(vaultRequests, () => handlers)

  it('answers anything at all with a Result, and lets nothing malformed through', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(vaultRequests) as VaultRequestName[])),
        fc.array(fc.anything(), { maxLength: 4 }),
        async (name, args) => {
          reached.length = 0
          const answer = (await call(name, ...args)) as { ok: boolean; problem?: { code: string } }
          const isWellFormed = v.safeParse(vaultRequests[name].input, args).success
          expect(reached).toEqual(isWellFormed ? [name] : [])
          if (!isWellFormed) expect(answer).toMatchObject({ ok: false, problem: { code: 'INVALID_REQUEST' } })
        }
      ),
      { numRuns: 5000 }
    )
  })
})
