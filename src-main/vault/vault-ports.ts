import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { VaultEventName, VaultEvents } from '#shared/ipc.ts'
import type { AwsAnswerPorts } from '../broker/aws/aws-answers.ts'
import type { Config } from '../config.ts'
import type { Clock, CredentialRepository, Random, RestoreReason } from '../core/ports.ts'
import type { SignInSurface } from '../core/sign-in/surface-ports.ts'
import type { PreferenceService } from '../core/preference-service.ts'
import type { AwsSessions } from '../core/aws/aws-sessions.ts'
import type { VaultLock } from '../core/lock/vault-lock.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import type { TrayModel } from '../core/list/tray-status.ts'
import type { KeychainLoader } from '../storage/keychain/keychain-adapter.ts'
import type { VaultDialogs } from '../core/requests/transfer-requests.ts'
import type { SecretOutlet } from '../core/requests/secret-requests.ts'
import type { RelayRequestPorts } from '../core/requests/relay-requests.ts'
import type { ActivityRequestPorts } from '../core/requests/activity-requests.ts'
import type { TerminalViews } from '../core/requests/terminal-views.ts'
import type { AccountRules } from '../core/use/account-rules.ts'
import type { Clients } from '../core/use/clients.ts'
import type { NamedAnswerPorts } from '../broker/named-answers.ts'
import type { MoveAnswerPorts } from '../broker/move-answers.ts'
import type { SignInAnswerPorts } from '../broker/sign-in-answers.ts'
import type { TerminalAnswerPorts } from '../broker/terminal-answers.ts'
import type { AgentAnswerPorts } from '../broker/agent-answers.ts'
import type { TokenAnswerPorts } from '../broker/token-answers.ts'
import type { UseAnswerPorts } from '../broker/use-answer-ports.ts'
import type { Helpers } from '../core/use/helpers.ts'
import type { HandOut } from '../core/use/hand-out.ts'
import type { RelayTickets } from '../core/use/relay-tickets.ts'
import type { SignInWishes } from '../core/use/sign-in-wishes.ts'
import type { UseService } from '../core/use/use-service.ts'
import type { BrokerHandlers } from '#shared/broker/requests.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import type { VaultViews } from './views.ts'
import type { Emitter } from '../core/emitter.ts'

/**
 * Everything that the vault needs from outside; Electron's root, the tests and the benchmarks bring their
 * own.
 */
export type VaultPorts = {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly newId: () => string
  /** The network, with the person's proxy and certificates where there is an Electron session. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Returns the addresses of a host from the network; empty behind a proxy. Default: no name server is asked.
   */
  readonly addressesOf?: (hostname: string) => Promise<readonly string[]>
  readonly keychain: KeychainLoader
  readonly surface: SignInSurface
  readonly writeClipboard: (text: string) => Promise<void>
  /** Default: a secret can’t be taken out, as in a vault without windows. */
  readonly outlet?: SecretOutlet
  readonly openInBrowser: (url: string) => Promise<void>
  /** Asks whether the catalog is to be replaced by the backup of that day; default: no. */
  readonly confirmRestore?: (day: string, why: RestoreReason) => Promise<boolean>
  /** Default: every dialog is closed at once. */
  readonly dialogs?: VaultDialogs
  /** Whether there is a tray, and when that changes; default: there is one. */
  readonly tray?: VaultTrayPort
  /** Shows the questions that wait for the person. Absent: no window asks, so each client asks on its terminal. */
  readonly showQuestions?: (questions: readonly QuestionView[]) => void
  /** Asks the person to open the lock. Absent: no window could, so only a store with a passphrase is ever locked. */
  readonly showLocked?: () => void
  /** Tells the person in a sentence that a store keeps secrets badly or not at all. */
  readonly warn: (sentence: string) => void
  readonly version: string
}

export type VaultTrayPort = {
  readonly isThere: () => boolean
  readonly onChange: (listener: (isThere: boolean) => void) => void
}

export type Vault = {
  /** Requests that a window may make; the transport checks arguments and answers. */
  readonly handlers: VaultRequestHandlers
  readonly lock: VaultLock
  /** Access to tokens; it is not reachable from a window or an event. */
  readonly tokens: TokenService
  readonly repository: CredentialRepository
  readonly preferences: PreferenceService
  /** Where the person left the main window. `write` throws STORE_WRITE_FAILED. */
  readonly windowPlace: { readonly read: () => unknown; readonly write: (place: unknown) => void }
  readonly views: VaultViews
  /** The use of credentials by other programs. */
  readonly use: VaultUse
  /** What answers the person's terminal where a window would show a dialog, follow an event or have its snapshot. */
  readonly terminal: TerminalAnswerPorts &
    MoveAnswerPorts &
    SignInAnswerPorts &
    NamedAnswerPorts &
    Pick<TokenAnswerPorts, 'givenTokens'> & { readonly aws: AwsAnswerPorts; readonly views: TerminalViews }
  /** Stops a move between stores at its next entry: the vault is about to close. */
  readonly stopMove: () => void
  /** Returns the function that unsubscribes. */
  readonly on: <Name extends VaultEventName>(
    name: Name,
    listener: (value: VaultEvents[Name]) => void
  ) => () => void
  readonly trayModel: () => TrayModel
  /** Shows an entry in the window; null: the list. */
  readonly reveal: (credential: string | null) => void
  /** Called after sleep, unlock or a change of the network. */
  readonly wake: () => void
  /** Cancels sign-ins, lets writes end, ends the keychain helper, closes the catalog. */
  readonly close: () => Promise<void>
}

/** The use of credentials by other programs. */
export type VaultUse = {
  readonly service: UseService
  /** The rules that choose an account where a request names none. */
  readonly accountRules: AccountRules
  readonly handOut: HandOut
  readonly helpers: Helpers
  /** What programs are given in place of access keys of AWS. */
  readonly aws: AwsSessions
  /** The relays that programs have opened through the socket. */
  readonly tickets: RelayTickets
  readonly runs: UseAnswerPorts['runs']
  /** Sends a request without a credential, for tools that are public. */
  readonly sendPublic: UseAnswerPorts['sendPublic']
  readonly viewOf: UseAnswerPorts['viewOf']
  readonly mayUse: TokenAnswerPorts['mayUse']
  /** Puts what a program proposes before the person. */
  readonly propose: UseAnswerPorts['propose']
  readonly handlers: BrokerHandlers
  /** The relays that the person opens in the window. */
  readonly relays: RelayRequestPorts['relays']
  /** What programs may do and did, for the requests of a window. */
  readonly activity: ActivityRequestPorts['activity']
  readonly clients: Clients
  /** What a client may use. */
  readonly usableBy: AgentAnswerPorts['usableBy']
  /** The sign-ins that clients would like to have. */
  readonly signInWishes: SignInWishes
  /** The secret of a client, 32 bytes. Throws KEYCHAIN_*, VAULT_LOCKED. */
  readonly secretOf: (clientId: string) => Promise<Uint8Array>
  /** Calls `listener` with the id of a client whose connections have to end. */
  readonly onCut: (listener: (clientId: string) => void) => void
  /** Goes on with the relays of the vault before. To be called before the socket opens. */
  readonly goOn: () => void
  /**
   * The vault is about to close: takes back the questions that wait, which nobody answers, ends the runs, and
   * leaves the open relays to the vault that comes next.
   */
  readonly handOver: () => void
  /** Ends what was allowed until the vault locks. */
  readonly lock: () => void
  /** Ends what is under way and closes the log. To be called before the store closes. */
  readonly close: () => Promise<void>
}

export type Basis = {
  readonly events: Emitter<VaultEvents>
  readonly preferences: PreferenceService
  readonly repository: CredentialRepository
}
