import { VaultError } from '#shared/problem.ts'

const PR_SET_DUMPABLE = 4
const RLIMIT_CORE = 4

/** Result of hardening a process that holds secrets. */
export type Hardening =
  /**
   * Other processes of the same user can't read its memory, files and environment, and core files are off.
   */
  | { readonly kind: 'hardened' }
  /** The system does not offer it, or the optional module is not installed; nothing was changed. */
  | { readonly kind: 'unavailable' }
  /** The system refused at least one of the calls; the other one may have worked. */
  | { readonly kind: 'refused' }

/** The two system calls that are needed; each returns 0 on success. */
export type SystemCalls = {
  /** prctl(2), PR_SET_DUMPABLE. */
  setDumpable(value: 0 | 1): number
  /** setrlimit(2), RLIMIT_CORE, soft and hard. */
  setCoreLimit(bytes: number): number
}

/**
 * Closes this process to debuggers of the same user and switches core files off: prctl(2) and setrlimit(2) on
 * Linux. `calls` is null if the optional module koffi is missing. Never throws: a vault still works without
 * hardening, and the doctor reports it.
 */
export function hardenProcess(calls: SystemCalls | null): Hardening {
  if (calls === null) return { kind: 'unavailable' }
  const results = [calls.setCoreLimit(0), calls.setDumpable(0)]
  return { kind: results.every((result) => result === 0) ? 'hardened' : 'refused' }
}

/**
 * Returns a function that opens a hardened process during a task: other processes of the same user may look
 * at it until the last of the overlapping tasks has ended, in success or failure. xdg-desktop-portal, for
 * example, answers only callers whose `/proc/PID/root` it can open. `calls` are those that hardened the
 * process. Null: it was left open and stays open.
 */
export function openerOf(calls: SystemCalls | null): <T>(task: () => Promise<T>) => Promise<T> {
  let tasks = 0
  return async (task) => {
    if (tasks === 0) calls?.setDumpable(1)
    tasks += 1
    try {
      return await task()
    } finally {
      tasks -= 1
      if (tasks === 0) calls?.setDumpable(0)
    }
  }
}

/**
 * Returns the calls through koffi. Null: the system is not Linux, or koffi is not installed or does not load.
 */
export async function systemCalls(platform: NodeJS.Platform = process.platform): Promise<SystemCalls | null> {
  if (platform !== 'linux') return null
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load('libc.so.6')
    const limit = koffi.struct({ current: 'unsigned long', maximum: 'unsigned long' })
    const prctl = libc.func('prctl', 'int', [
      'int',
      'unsigned long',
      'unsigned long',
      'unsigned long',
      'unsigned long'
    ])
    const setrlimit = libc.func('setrlimit', 'int', ['int', koffi.pointer(limit)])
    return {
      setDumpable: (value) => asStatus(prctl(PR_SET_DUMPABLE, value, 0, 0, 0)),
      setCoreLimit: (bytes) => asStatus(setrlimit(RLIMIT_CORE, { current: bytes, maximum: bytes }))
    }
  } catch {
    return null
  }
}

function asStatus(result: unknown): number {
  if (typeof result !== 'number') throw new VaultError('INTERNAL')
  return result
}

/**
 * Hardens a process that handles secrets before any settings are read: the command line and the keychain
 * helper, as their first act. `LATCHKEY_OPEN_TO_DEBUGGERS=1` leaves it open. Never rejects.
 */
export async function hardenOwnProcess(environment: NodeJS.ProcessEnv): Promise<void> {
  if (environment['LATCHKEY_OPEN_TO_DEBUGGERS'] !== '1') hardenProcess(await systemCalls())
}
