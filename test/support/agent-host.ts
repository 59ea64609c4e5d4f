import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Client, type ClientCapabilities } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect } from 'vitest'

type Environment = Readonly<Record<string, string>>

/** The protocol of 2026-07-28, and the last one before it. */
export type Era = 'legacy' | 'modern'

type Wish = {
  readonly era?: Era
  readonly env: Environment
  /** Arguments after the command. */
  readonly args?: readonly string[]
  /** Default: `mcp`. */
  readonly command?: 'mcp' | 'mcp-proxy'
  /** What the host says that it can show to the person. */
  readonly elicitation?: ClientCapabilities['elicitation']
}

/** A host of agents by the protocol's own client, with `latchkey mcp` or `mcp-proxy` as its server. */
export class AgentHost {
  readonly client: Client
  /** What the server wanted the host to ask the person. */
  readonly elicited: unknown[] = []
  readonly #transport: StdioClientTransport

  private constructor(client: Client, transport: StdioClientTransport) {
    this.client = client
    this.#transport = transport
  }

  static async start({
    era = 'modern',
    env,
    command = 'mcp',
    args = [],
    elicitation
  }: Wish): Promise<AgentHost> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['bin/latchkey.mjs', command, ...args],
      env: { ...environment(), ...env },
      stderr: 'pipe'
    })
    const client = new Client(
      { name: 'host-of-the-tests', version: '1' },
      {
        capabilities: elicitation === undefined ? {} : { elicitation },
        versionNegotiation: { mode: era === 'legacy' ? 'legacy' : { pin: '2026-07-28' } }
      }
    )
    const host = new AgentHost(client, transport)
    if (elicitation !== undefined) {
      // As a hook of a host does: it says yes without a person.
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        host.elicited.push(params)
        return { action: 'accept', content: { approved: true } }
      })
    }
    await client.connect(transport)
    return host
  }

  /** Id of the server's process. */
  get pid(): number | null {
    return this.#transport.pid
  }

  /** Calls a tool. The text and the structured content have to be the same. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    const {
      content,
      structuredContent,
      isError = false
    } = await this.client.callTool({ name, arguments: args })
    const [first, ...others] = content as readonly { readonly type: string; readonly text?: string }[]
    expect([first?.type, others]).toEqual(['text', []])
    if (structuredContent !== undefined) expect(JSON.parse(first?.text ?? '')).toEqual(structuredContent)
    return { isError, text: first?.text ?? '', value: (structuredContent ?? {}) as Answer['value'] }
  }

  async end(): Promise<void> {
    await this.client.close()
  }
}

export type Answer = {
  readonly isError: boolean
  readonly text: string
  readonly value: Readonly<Record<string, unknown>>
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
}

/** A host that writes lines on its own, also wrong ones. `lines` has what came on standard output. */
export class RawHost {
  readonly child: ChildProcess
  readonly lines: string[] = []
  readonly ended: Promise<number | null>
  errors = ''
  readonly #answers: AsyncIterator<string>

  constructor(env: Environment, args: readonly string[] = []) {
    this.child = spawn(process.execPath, ['bin/latchkey.mjs', 'mcp', ...args], {
      env: { ...environment(), ...env }
    })
    this.child.stderr?.on('data', (bytes: Buffer) => (this.errors += bytes.toString()))
    this.child.stdin?.on('error', () => undefined) // it may have ended
    const { stdout } = this.child
    if (stdout === null) throw new Error('no output')
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]()
    this.ended = once(this.child, 'close').then(([code]) => code as number | null)
  }

  write(text: string): void {
    this.child.stdin?.write(text)
  }

  send(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  /** The next line of the output, which has to be JSON. */
  async next(): Promise<Readonly<Record<string, unknown>>> {
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error(`the output ended: ${this.errors}`)
    this.lines.push(value)
    return JSON.parse(value) as Readonly<Record<string, unknown>>
  }

  /** Begins a connection of the older protocol. */
  async initialize(): Promise<void> {
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' }
    }
    this.send({ id: 0, method: 'initialize', params })
    await this.next()
    this.send({ method: 'notifications/initialized' })
  }
}
