/** A program that asks the vault for something through the socket. */
export type Client = {
  /** `terminal`, `window`, or the id that pairing gave. */
  readonly id: string
  /** Name that the person gave at the pairing; it is shown. */
  readonly name: string
}

/** The person, at the window of the app. */
export const WINDOW: Client = { id: 'window', name: 'window' }

/** Names that no program is paired under. */
export const ownNames: readonly string[] = ['terminal', WINDOW.name]

/** What the system says of the process at the other end of a connection; null: it does not say. */
export type Peer = {
  readonly uid: number | null
  readonly pid: number | null
  /** Path of the program when it connected. Information for people, not an identity: ids are reused. */
  readonly program: string | null
}

export const unknownPeer: Peer = { uid: null, pid: null, program: null }
