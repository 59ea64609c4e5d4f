import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FrameReader, messageFrame } from '../../../src-socket/frames.ts'
import { socketPlace, terminalKeyFile } from '../../../src-socket/socket-path.ts'
import { NOBODY } from '../../support/other-user.ts'
import { runCli } from '../../support/run-cli.ts'
import { newVaultHome, removeVaultHome } from '../../support/vault-harness.ts'
import { vaultsOf } from '../../support/vault-processes.ts'

const UNREACHABLE = 69
const isRoot = process.getuid?.() === 0
const notLet =
  'latchkey: The system does not let this program reach Latchkey: a sandbox, or another user’s home. Nothing was started. (BROKER_UNREACHABLE)\n'

let home = ''
let env: Record<string, string> = {}
let server: Server | null = null

beforeEach(async () => {
  home = await newVaultHome()
  env = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }
})
afterEach(async () => {
  server?.close()
  server = null
  await removeVaultHome(home)
})

/** What another program at the socket got, byte by byte. */
async function impostor(path: string): Promise<Buffer[]> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const got: Buffer[] = []
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      got.push(bytes)
      socket.write(messageFrame({ version: 1, nonce: 'b2'.repeat(32), proof: 'c3'.repeat(32) }))
    })
  })
  server.listen(path)
  await once(server, 'listening')
  return got
}

describe('another program at the place of the socket', () => {
  it('gets the hello and not one byte of the request, its body or its reason', async () => {
    await writeFile(terminalKeyFile(home), '07'.repeat(32), { mode: 0o600 })
    const got = await impostor(socketPlace(home).path ?? '')
    const args = [
      'request',
      'github',
      'https://api.github.com/user',
      '--data-file',
      '-',
      '--reason',
      'canary'
    ]
    const { code, errors, out } = await runCli(args, env, 'canary of standard input')
    expect([code, out]).toEqual([UNREACHABLE, ''])
    expect(errors).toBe(
      'latchkey: Another program answers at the place of Latchkey’s socket. Nothing was sent to it. (BROKER_UNREACHABLE)\n'
    )
    const reader = new FrameReader()
    const frames = got.flatMap((bytes) => reader.push(bytes))
    expect(reader.isWithinFrame).toBe(false)
    expect(frames).toEqual([
      {
        kind: 'message',
        value: {
          latchkey: 'hello',
          versions: [1],
          client: 'terminal',
          nonce: expect.stringMatching(/^[0-9a-f]{64}$/)
        }
      }
    ])
    expect(vaultsOf(home)).toEqual([])
  })
})

describe('a program that the system does not let through', () => {
  it.runIf(isRoot)('says so in a sentence and starts nothing, if it may not enter the home', async () => {
    await writeFile(terminalKeyFile(home), '07'.repeat(32), { mode: 0o600 })
    await chmod(home, 0o700)
    const end = await runCli(['audit'], env, '', NOBODY)
    expect(end).toEqual({ code: UNREACHABLE, out: '', errors: notLet })
    expect([vaultsOf(home), await readdir(home)]).toEqual([[], ['socket.key']])
  })

  it.runIf(isRoot)('says so in a sentence and starts nothing, if it may not reach the socket', async () => {
    await writeFile(terminalKeyFile(home), '07'.repeat(32), { mode: 0o600 })
    await chown(terminalKeyFile(home), NOBODY, NOBODY)
    await chown(home, NOBODY, NOBODY)
    const { path } = socketPlace(home, { platform: 'linux', uid: NOBODY, runtimes: '/run/user' })
    expect(path).toBe(join(home, 'run', 'vault.sock'))
    const got = await impostor(path ?? '')
    await chmod(path ?? '', 0o600)
    const end = await runCli(['audit'], env, '', NOBODY)
    expect(end).toEqual({ code: UNREACHABLE, out: '', errors: notLet })
    expect([got, vaultsOf(home)]).toEqual([[], []])
  })
})
