import type { CredentialRef } from '#shared/credential.ts'
import type { Clock, ClientMark, CredentialRepository, OAuthClient, ProcessLock, Random } from '../ports.ts'
import type { RefreshJournal } from './refresh-journal.ts'

export type TokenServicePorts = {
  readonly repository: CredentialRepository
  readonly oauth: OAuthClient
  readonly journal: RefreshJournal
  readonly clientMark: ClientMark
  readonly clock: Clock
  readonly random: Random
  /** Held from reading a grant to storing its successor, so that two processes never spend one refresh token. */
  readonly lock: ProcessLock
  /** Something a list shows about this credential may have changed. */
  readonly onChange: (ref: CredentialRef) => void
}
