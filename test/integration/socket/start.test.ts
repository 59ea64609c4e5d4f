import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdHome } from '../../../src-main/home/hold-home.ts'
import { terminalKeyFile } from '../../../src-socket/socket-path.ts'
import { runCli } from '../../support/run-cli.ts'
import { newVaultHome, removeVaultHome } from '../../support/vault-harness.ts'
import {
  connectTo,
  endVaults,
  environmentOf,
  isRunning,
  statusOf,
  vaultsOf
} from '../../support/vault-processes.ts'

const isRoot = process.getuid?.() === 0
/** The vault is hardened: what the system says of it is for root alone. */
const asRoot = it.runIf(isRoot && process.platform === 'linux')

let home = ''
let env: Record<string, string> = {}

beforeEach(async () => {
  home = await newVaultHome()
  env = { LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' }
})
afterEach(async () => {
  await endVaults(home)
  await removeVaultHome(home)
})

describe('a command without a vault', () => {
  asRoot(
    'starts one; of two that start at once exactly one vault remains, and both are answered',
    async () => {
      const ends = await Promise.all([runCli(['audit'], env), runCli(['audit'], env)])
      const well = { code: 0, out: 'Nothing is written down yet.\n', errors: '' }
      expect(ends).toEqual([well, well])
      const { pid, holder } = await statusOf(home)
      expect(holder).toBe('serve')
      await expect.poll(() => vaultsOf(home)).toEqual([pid])
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--max-semi-space-size=1')
    }
  )

  asRoot('starts one in the place of one that was killed', async () => {
    await runCli(['audit'], env)
    const killed = (await statusOf(home)).pid
    process.kill(killed, 'SIGKILL')
    await expect.poll(() => isRunning(killed)).toBe(false)
    expect(await runCli(['audit'], env)).toMatchObject({ code: 0, errors: '' })
    expect((await statusOf(home)).pid).not.toBe(killed)
  })

  asRoot('starts another if the first found the home held by one that was about to end', async () => {
    const release = await holdHome(home, 0)
    expect(release).not.toBeNull()
    const seen = new Set<number>()
    const ended = runCli(['audit'], env)
    await expect.poll(() => vaultsOf(home).reduce((all, pid) => all.add(pid), seen).size).toBeGreaterThan(1)
    release?.()
    expect(await ended).toMatchObject({ code: 0, errors: '' })
  })

  it('says at once that the vault did not start, and how to see why', async () => {
    writeFileSync(terminalKeyFile(home), 'damaged', { mode: 0o600 })
    const { code, errors } = await runCli(['audit'], env)
    expect(errors).toBe(
      'latchkey: Latchkey did not start. Run “latchkey serve” to see why. (BROKER_UNREACHABLE)\n'
    )
    expect(code).not.toBe(0)
    expect((await runCli(['serve'], env)).errors).toContain(
      'The file socket.key in the data folder is damaged.'
    )
  })
})

/** Starts a vault from a shell that has pipes of ours open, and stays after that until it gets a signal. */
async function shellWithPipes() {
  // A high descriptor, beyond a gap, is one that Node hands on.
  const script = 'exec 60<&3; "$0" bin/latchkey.mjs audit && echo started && exec cat <&3'
  const shell = spawn('bash', ['-c', script, process.execPath], {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe']
  })
  let out = ''
  const started = Promise.withResolvers<void>()
  shell.stdout.on('data', (bytes) => {
    out += String(bytes)
    if (out.includes('started')) started.resolve()
  })
  await started.promise
  return shell
}

const linksOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`]
    } catch {
      return [] // it was closed meanwhile
    }
  })

describe('a vault that a command has started', () => {
  asRoot('has none of the streams of its starter, and survives the end of its session', async () => {
    const shell = await shellWithPipes()
    const { pid } = await statusOf(home)
    const ofShell = linksOf(shell.pid ?? 0).map((link) => link.replace(/^\d+ /, ''))
    expect(ofShell.filter((link) => /^(?:pipe|socket):/.test(link)).length).toBeGreaterThanOrEqual(4)
    const links = linksOf(pid)
    expect(links).toEqual(expect.arrayContaining(['0 /dev/null', '1 /dev/null', '2 /dev/null']))
    expect(
      links.filter((link) => ofShell.includes(link.replace(/^\d+ /, '')) && !link.endsWith('/dev/null'))
    ).toEqual([])
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/')
    // 'close' comes when the last holder of the pipes is gone.
    const closed = once(shell, 'close')
    process.kill(-(shell.pid ?? 0), 'SIGHUP')
    expect(await closed).toEqual([null, 'SIGHUP'])
    expect((await statusOf(home)).pid).toBe(pid)
  })

  asRoot('ends at once when the system asks it to, and leaves no socket', async () => {
    await runCli(['audit'], env)
    const { pid } = await statusOf(home)
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => isRunning(pid)).toBe(false)
    expect(readdirSync(join(home, 'run')).filter((name) => name.endsWith('.sock'))).toEqual([])
  })

  asRoot('ends after the idle time without a connection, and leaves no socket', async () => {
    await runCli(['audit'], { ...env, LATCHKEY_SERVE_IDLE_SECONDS: '1' })
    const connection = await connectTo(home)
    const { pid } = (await connection.ask('status')) as { pid: number }
    connection.close()
    await expect.poll(() => isRunning(pid)).toBe(false)
    expect(readdirSync(join(home, 'run')).filter((name) => name.endsWith('.sock'))).toEqual([])
  })
})

describe('the environment of the starter', () => {
  asRoot('reaches the vault only by the variables that it needs', async () => {
    const log = join(home, 'loaded.txt')
    const trap = join(home, 'trap.cjs')
    const library = join(home, 'preloaded.so')
    writeFileSync(trap, trapCode(log))
    copyFileSync(libraryOfNode(), library)
    const hostile = {
      NODE_OPTIONS: `--require ${trap}`,
      LD_PRELOAD: library,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_EXTRA_CA_CERTS: join(home, 'ca.pem'),
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      SSLKEYLOGFILE: join(home, 'tls-keys'),
      LATCHKEY_OPEN_TO_DEBUGGERS: '1',
      LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1',
      LATCHKEY_SIGN_IN_TIMEOUT_SECONDS: '9',
      CANARY: 'canary-0123456789'
    }
    expect((await runCli(['audit'], { ...env, ...hostile })).code).toBe(0)
    const { pid } = await statusOf(home)
    const seen = environmentOf(pid)
    expect(Object.keys(hostile).filter((name) => Object.hasOwn(seen, name))).toEqual([])
    expect(seen).toMatchObject(env)
    expect(Object.keys(seen).filter((name) => !allowed.has(name))).toEqual([])
    // The trap works: it caught the command, and only the command.
    const caught = readFileSync(log, 'utf8').trim().split('\n')
    expect(caught).toEqual([expect.stringMatching(/^\d+ true .*latchkey\.mjs,audit$/)])
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toContain('preloaded.so')
    expect(existsSync(join(home, 'tls-keys'))).toBe(false)
  })
})

const allowed = new Set(
  (
    'HOME USER LOGNAME LANG LC_ALL PATH XDG_DATA_HOME XDG_CONFIG_HOME XDG_CURRENT_DESKTOP DISPLAY WAYLAND_DISPLAY ' +
    'AWS_SHARED_CREDENTIALS_FILE ' +
    'XAUTHORITY LATCHKEY_HOME LATCHKEY_STORE LATCHKEY_SERVE_IDLE_SECONDS XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS MALLOC_ARENA_MAX'
  ).split(' ')
)

/** Notes the process that loads it, whether the library was loaded into it, and its arguments. */
const trapCode = (log: string): string => `
const { appendFileSync, readFileSync } = require('node:fs')
const isPreloaded = readFileSync('/proc/self/maps', 'utf8').includes('preloaded.so')
appendFileSync(${JSON.stringify(log)}, [process.pid, isPreloaded, process.argv.slice(1)].join(' ') + '\\n')
`

/** A library that Node loads in any case, so that a copy of it does no harm. */
function libraryOfNode(): string {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: readonly string[] }
  const found = sharedObjects.find((path) => /\/libm[.-]/.test(path))
  if (found === undefined) throw new Error('Node has no libm here.')
  return found
}
