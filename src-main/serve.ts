import { randomUUID } from 'node:crypto'
import { constants } from 'node:os'
import { readConfig } from './config.ts'
import type { Clock } from './core/ports.ts'
import type { SignInSurface } from './core/sign-in/surface-ports.ts'
import { VaultError } from '#shared/problem.ts'
import { holdHome } from './home/hold-home.ts'
import { idleAlarm } from './vault/idle-alarm.ts'
import type { openVaultSocket } from './vault/socket.ts'
import type { Vault } from './vault/vault-ports.ts'

/** How long another vault process has to give the home up, in milliseconds. */
const TAKE_OVER_MS = 2000

type ServeOptions = {
  readonly version: string
}

/**
 * The composition root of a vault without windows: holds the home, opens its vault and the socket, and ends
 * after a time without any connection, at SIGTERM or SIGINT, or when the app takes over. Resolves with the exit
 * code: 130 after SIGINT, 0 also if another process holds the home. Throws as `createVault` and `openVaultSocket`.
 */
export async function serve({ version }: ServeOptions): Promise<number> {
  const config = readConfig()
  const release = await holdHome(config.home, TAKE_OVER_MS)
  if (release === null) return 0
  // Loaded by the one process that got the home; of many that clients start at once, the others end soon.
  const { hardenOwnProcess } = await import('./storage/keychain/process-hardening.ts')
  await hardenOwnProcess(process.env)
  const { defaultKeychainLoader } = await import('./storage/keychain/keychain-client.ts')
  const { createVault } = await import('./vault/vault.ts')
  const { openVaultSocket } = await import('./vault/socket.ts')
  const { policyFetch } = await import('./vault/policy-fetch.ts')
  const send = policyFetch(config.home)
  const end = Promise.withResolvers<number>()
  process.once('SIGTERM', () => end.resolve(0))
  process.once('SIGINT', () => end.resolve(128 + constants.signals.SIGINT))
  const vault = await createVault({
    config,
    clock,
    random: Math.random,
    newId: randomUUID,
    fetch: async (input, init) => await send(input instanceof Request ? input.url : String(input), init),
    keychain: defaultKeychainLoader(),
    surface: noSurface,
    writeClipboard: refuse,
    openInBrowser: refuse,
    warn: (sentence) => void process.stderr.write(`latchkey: ${sentence}\n`),
    version
  })
  const idle = idleAlarm(config.serveIdleMs, {
    isBusy: () => vault.terminal.moves.move?.state.kind === 'running',
    ring: () => end.resolve(0)
  })
  const server = await openVaultSocket(vault, {
    home: config.home,
    version,
    holder: 'serve',
    onHandOver: () => end.resolve(0),
    onConnections: idle
  }).catch(async (error: unknown) => {
    await vault.close()
    throw error
  })
  const code = await end.promise
  await closeAll(vault, server)
  release()
  return code
}

/** Lets what is under way end for a moment, then closes socket and vault. */
async function closeAll(vault: Vault, server: Awaited<ReturnType<typeof openVaultSocket>>): Promise<void> {
  vault.use.handOver()
  vault.stopMove()
  await server.close()
  await vault.close()
}

/** The wall clock; an alarm does not keep the process alive, the open socket does. */
const clock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  }
}

/** There is no window, so a sign-in in one can not begin; those of a terminal are shown there. */
const noSurface: SignInSurface = {
  open: () => {
    throw new VaultError('INVALID_REQUEST', {
      message: 'Latchkey has no window open. Open Latchkey, or sign in with “--surface browser”.'
    })
  }
}

async function refuse(): Promise<never> {
  throw new VaultError('INVALID_REQUEST', { message: 'This needs a window. Open Latchkey.' })
}
