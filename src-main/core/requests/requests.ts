import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { type ActivityRequestPorts, activityHandlers } from './activity-requests.ts'
import { type ClientRequestPorts, clientHandlers } from './client-requests.ts'
import { type CredentialRequestPorts, credentialHandlers } from './credential-requests.ts'
import { type DoctorRequestPorts, doctorHandlers } from './doctor-requests.ts'
import { type LockRequestPorts, lockHandlers } from './lock-requests.ts'
import { proposalHandlers } from './proposal-requests.ts'
import { type RelayRequestPorts, relayHandlers } from './relay-requests.ts'
import { type RemovalRequestPorts, removalHandlers } from './removal-requests.ts'
import { type RotationRequestPorts, rotationHandlers } from './rotation-requests.ts'
import { type SecretRequestPorts, secretHandlers } from './secret-requests.ts'
import { type SignInRequestPorts, signInHandlers } from './sign-in-requests.ts'
import { type SignOutNoteRequestPorts, signOutNoteHandlers } from './sign-out-note-requests.ts'
import { type StoreRequestPorts, storeHandlers } from './store-requests.ts'
import { type TransferRequestPorts, transferHandlers } from './transfer-requests.ts'
import { type UnlistedRequestPorts, unlistedHandlers } from './unlisted-requests.ts'
import { type WindowRequestPorts, windowHandlers } from './window-requests.ts'

export type RequestPorts = ActivityRequestPorts &
  ClientRequestPorts &
  CredentialRequestPorts &
  DoctorRequestPorts &
  LockRequestPorts &
  RelayRequestPorts &
  RemovalRequestPorts &
  RotationRequestPorts &
  SecretRequestPorts &
  SignInRequestPorts &
  SignOutNoteRequestPorts &
  StoreRequestPorts &
  TransferRequestPorts &
  UnlistedRequestPorts &
  WindowRequestPorts

/** Answers every request from every door. Each door checks the arguments before and the answers after. */
export function requestHandlers(ports: RequestPorts): VaultRequestHandlers {
  return {
    ...windowHandlers(ports),
    ...signInHandlers(ports),
    ...clientHandlers(ports),
    ...signOutNoteHandlers(ports),
    ...credentialHandlers(ports),
    ...removalHandlers(ports),
    ...rotationHandlers(ports),
    ...secretHandlers(ports),
    ...doctorHandlers(ports),
    ...lockHandlers(ports),
    ...storeHandlers(ports),
    ...transferHandlers(ports),
    ...unlistedHandlers(ports),
    ...activityHandlers(ports),
    ...proposalHandlers(ports),
    ...relayHandlers(ports)
  }
}
