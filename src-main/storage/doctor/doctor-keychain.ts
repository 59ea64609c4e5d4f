import { randomBytes } from 'node:crypto'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { DoctorPorts, KeychainRoundTrip } from '../../core/doctor/doctor-ports.ts'
import { withDeadline } from '../store/deadline.ts'
import { toKeychainProblem } from '../keychain/keychain-error.ts'
import type { KeychainAdapter, KeychainLoader } from '../keychain/keychain-adapter.ts'

const PROBE_START = '__latchkey_doctor__'
const DEADLINE_MS = 5000
/** AuthStore's service, and the accounts that its documents name. The keychain is never enumerated. */
const KIWI_SERVICE = 'kiwi-mcp'
const kiwiNames = ['supabase', 'github', 'gitlab', 'google', 'openai', 'anthropic', 'registry', 'kiwi']
const kiwiParts = ['access_token', 'refresh_token']

export type DoctorKeychainOptions = {
  readonly load: KeychainLoader
  /** False: secrets are kept elsewhere, so the keychain must not be used. */
  readonly isUsed: () => boolean
  readonly service: string
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number
  readonly deadlineMs?: number
}

/**
 * Runs a real round trip. A trip that hangs is not waited for after the deadline and not repeated: a second
 * one would raise a second prompt.
 */
export function createDoctorKeychain(
  options: DoctorKeychainOptions
): Pick<DoctorPorts, 'keychainRoundTrip' | 'oldKiwiAccounts'> {
  const { load, service, now, deadlineMs = DEADLINE_MS } = options
  let running: Promise<KeychainRoundTrip> | null = null

  async function trip(): Promise<KeychainRoundTrip> {
    const adapter = await load()
    if (adapter === null) return { kind: 'absent' }
    const begun = now()
    await roundTrip(adapter, service)
    return { kind: 'ok', ms: Math.max(1, Math.round(now() - begun)) }
  }

  return {
    keychainRoundTrip: async () => {
      if (!options.isUsed()) return { kind: 'not-used' }
      running ??= trip().finally(() => {
        running = null
      })
      try {
        return await withDeadline(running, deadlineMs)
      } catch (error) {
        return { kind: 'failed', problem: toProblem(toKeychainProblem(error)) }
      }
    },
    oldKiwiAccounts: async () => {
      const adapter = options.isUsed() ? await load() : null
      if (adapter === null) return []
      return withDeadline(presentAccounts(adapter), deadlineMs).catch((error: unknown) => {
        throw toKeychainProblem(error)
      })
    }
  }
}

async function roundTrip(adapter: KeychainAdapter, service: string): Promise<void> {
  const account = PROBE_START + randomBytes(8).toString('hex')
  const value = randomBytes(16).toString('hex')
  await adapter.setPassword(service, account, value)
  let found: string | null = null
  try {
    found = await adapter.getPassword(service, account)
  } finally {
    await adapter.deletePassword(service, account)
  }
  const left = await adapter.getPassword(service, account)
  if (found !== value || left !== null) {
    throw new VaultError('KEYCHAIN_UNAVAILABLE', {
      message: 'The keychain failed to return or to delete the test value.'
    })
  }
}

async function presentAccounts(adapter: KeychainAdapter): Promise<string[]> {
  const present: string[] = []
  for (const account of kiwiNames.flatMap((name) => kiwiParts.map((part) => `${name}_${part}`))) {
    if ((await adapter.getPassword(KIWI_SERVICE, account)) !== null) present.push(account)
  }
  return present
}
