import { createHash } from 'node:crypto'
import type { HelperAccounts, HelperAnswerView, HelperWishRequest } from '#shared/broker/helpers.ts'
import { whereabouts } from '../client/whereabouts.ts'
import { type VaultConnection, VaultRefusal } from '../../src-socket/vault-connection.ts'

/** What a tool asks for. `host` with its port, if it is not 443. What is absent or null is not named by the tool. */
export type HelperWish = {
  readonly helper: string
  readonly host: string
  readonly path?: string | null
  readonly user?: string | null
  readonly service?: string | null
  readonly account?: string | null
  readonly scope?: string | null
}

/** `user`: the user name to send beside the value. `expiresAt`: an ISO time; null: no end is known. */
export type HelperCredential = {
  readonly service: string
  readonly account: string
  readonly user: string
  readonly value: string
  readonly expiresAt: string | null
}

/**
 * What a helper is told. `none`: Latchkey has nothing for this host. `refused`: the sentence says what to do; `pending`:
 * the person has to answer first.
 */
export type HelperAnswer =
  | { readonly kind: 'given'; readonly credential: HelperCredential }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'refused'
      readonly why: 'locked' | 'denied' | 'sign-in' | 'unreachable' | 'pending'
      readonly sentence: string
    }

/** Where a helper would be given a credential without a question. */
export type HelperAccount = HelperAccounts[number]

/** The vault as the helper of a tool sees it. All answers of a run are there within five seconds, and none rejects. */
export type HelperVault = {
  readonly credential: (wish: HelperWish) => Promise<HelperAnswer>
  /** Empty also where the vault is locked or can not be reached. */
  readonly list: (helper: string) => Promise<readonly HelperAccount[]>
  /**
   * Tells the vault that the host refused this value, so that the next one is a new one. Nothing is removed. Null: the tool
   * does not say which value; then the present one.
   */
  readonly suspect: (wish: {
    readonly helper: string
    readonly host: string
    readonly value: string | null
  }) => Promise<void>
}

type Ports = {
  /** Rejects with VaultRefusal. */
  readonly openVault: () => Promise<VaultConnection>
  /** Longest time in milliseconds for all answers; default: until 4.5 seconds after the start of this process. */
  readonly deadlineMs?: number
}

const DEADLINE_MS = 4500
/** Also on a computer that takes long to start Node. */
const LEAST_MS = 1000

/** The vault for one run of a helper; each request has a connection of its own. */
export function helperVault({ openVault, deadlineMs = leftSinceStart() }: Ports): HelperVault {
  // The tool waits for the last answer, however many there are.
  let leftMs = deadlineMs
  const inTime = async <T>(task: (vault: VaultConnection) => Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      return await withinTime(openVault, task, leftMs)
    } finally {
      leftMs = Math.max(0, leftMs - (performance.now() - start))
    }
  }
  return {
    credential: async (wish) => {
      try {
        return answerOf(await inTime((vault) => vault.ask('helperCredential', wishOf(wish))))
      } catch (error) {
        return refusedBy(error)
      }
    },
    list: async (helper) => {
      try {
        return (await inTime((vault) => vault.ask('helperAccounts', { helper }))) as HelperAccounts
      } catch {
        return []
      }
    },
    suspect: async ({ helper, host, value }) => {
      const digest = value === null ? null : createHash('sha256').update(value).digest('hex')
      await inTime((vault) => vault.ask('suspectCredential', { helper, host, digest })).catch(() => null)
    }
  }
}

/** `performance.now` counts from the start of the process. */
const leftSinceStart = (): number => Math.max(LEAST_MS, DEADLINE_MS - performance.now())

/** Rejects with VaultRefusal after `ms` milliseconds, whatever still runs. */
async function withinTime<T>(
  openVault: Ports['openVault'],
  task: (vault: VaultConnection) => Promise<T>,
  ms: number
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLate()), ms)
  })
  const opening = openVault()
  try {
    const vault = await Promise.race([opening, late])
    return await Promise.race([task(vault), late])
  } finally {
    clearTimeout(timer)
    // Also one that opens later, of which nothing is asked any more.
    void opening.then(
      (vault) => vault.destroy(),
      () => undefined
    )
  }
}

function tooLate(): VaultRefusal {
  const message = 'Latchkey does not answer in time. Look whether it asks you something, then repeat.'
  return new VaultRefusal({ code: 'BROKER_UNREACHABLE', message })
}

const wishOf = ({ helper, host, ...named }: HelperWish): HelperWishRequest => {
  const { path = null, user = null, service = null, account = null, scope = null } = named
  return { helper, host, path, user, service, account, scope, waits: true, ...whereabouts() }
}

const PENDING = 'Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.'

function answerOf(value: unknown): HelperAnswer {
  const answer = value as HelperAnswerView
  if (answer.kind === 'none') return { kind: 'none' }
  if (answer.kind === 'question') return { kind: 'refused', why: 'pending', sentence: PENDING }
  const { kind: _kind, ...credential } = answer
  return { kind: 'given', credential }
}

type Why = Extract<HelperAnswer, { kind: 'refused' }>['why']

const whys: Readonly<Record<string, Why>> = {
  VAULT_LOCKED: 'locked',
  KEYCHAIN_LOCKED: 'locked',
  SIGN_IN_REQUIRED: 'sign-in',
  SCOPE_MISSING: 'sign-in',
  REFRESH_REJECTED: 'sign-in',
  ROTATION_LOST: 'sign-in',
  APPROVAL_DENIED: 'denied',
  ORIGIN_NOT_ALLOWED: 'denied',
  INVALID_REQUEST: 'denied',
  CONFIG_INVALID: 'denied'
}

const LOCKED = 'Latchkey is locked. Unlock it in its window or with “latchkey unlock”, then repeat.'

/** An error that is no refusal of the vault is not quoted. */
function refusedBy(error: unknown): HelperAnswer {
  const { code, message } =
    error instanceof VaultRefusal
      ? error.problem
      : { code: 'INTERNAL', message: 'Latchkey can’t be reached. “latchkey doctor” says why.' }
  const why = Object.hasOwn(whys, code) ? whys[code] : undefined
  return { kind: 'refused', why: why ?? 'unreachable', sentence: code === 'VAULT_LOCKED' ? LOCKED : message }
}
