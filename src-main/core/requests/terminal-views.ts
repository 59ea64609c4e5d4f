import type { terminalViews } from '#shared/broker/terminal-views.ts'
import type { AnswerOf, ArgumentsOf } from '#shared/socket-requests.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { StoreMove, StoreView } from '#shared/stores.ts'
import { shownNotes, type SignOutNotes } from '../sign-in/sign-out-notes.ts'
import type { ActivityLog } from './activity-requests.ts'
import { type CredentialViewPorts, credentialViews } from './credential-views.ts'
import type { DoctorRequestPorts } from './doctor-requests.ts'

/** Requests of a window, too. What a terminal has seen is not what a window goes on to copy. */
type Reports = 'runDoctor' | 'fixDoctor' | 'verifyAudit'
export type TerminalViews = {
  readonly [Name in keyof typeof terminalViews | Reports]: (
    ...args: ArgumentsOf<Name>
  ) => Promise<AnswerOf<Name>>
}

export type TerminalViewPorts = Pick<DoctorRequestPorts, 'doctor'> & {
  readonly audit: Pick<ActivityLog, 'verify'>
  readonly credentials: CredentialViewPorts
  readonly signOuts: Pick<SignOutNotes, 'list'>
  readonly stores: {
    readonly inUse: () => Promise<Pick<StoreView, 'current' | 'chosenBy' | 'entries'>>
    readonly moves: { readonly move: StoreMove | null }
  }
  /** Asks the store now. */
  readonly storage: { check(): Promise<StorageHealth> }
}

/** What the person's terminal shows. */
export function terminalViewHandlers(ports: TerminalViewPorts): TerminalViews {
  const { audit, credentials, doctor, signOuts, storage, stores } = ports
  return {
    viewStore: async () => ({
      ...(await stores.inUse()),
      health: await storage.check(),
      move: shownMove(stores.moves.move)
    }),
    viewCredentials: (wish) => credentialViews(credentials, wish),
    listSignOuts: async () => shownNotes(signOuts),
    runDoctor: (request) => doctor.run(request),
    fixDoctor: (request) => doctor.fix(request),
    verifyAudit: (anchor) => audit.verify(anchor)
  }
}

/** Null: no move is under way, and none waits to be finished or taken back. */
function shownMove(move: StoreMove | null): StoreView['move'] {
  if (move === null || move.state.kind === 'done') return null
  if (move.state.kind === 'failed' && !move.state.canResume) return null
  return { from: move.from, to: move.to, isRunning: move.state.kind === 'running' }
}
