import type { ProblemCode } from '#shared/problem.ts'
import { exitCodes } from '../terminal/command.ts'

/** The exit code of each problem, found by the vault or by the command; sysexits.h where it has a fitting one. */
const codes: Readonly<Record<ProblemCode, number>> = {
  SIGN_IN_REQUIRED: exitCodes.signIn,
  SCOPE_MISSING: exitCodes.signIn,
  REFRESH_REJECTED: exitCodes.signIn,
  ROTATION_LOST: exitCodes.signIn,
  CLIENT_CHANGED: exitCodes.signIn,
  CONSENT_REQUIRED: exitCodes.signIn,
  UNKNOWN_SERVICE: exitCodes.signIn,
  INVALID_REQUEST: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage,
  BROKER_UNREACHABLE: exitCodes.unreachable,
  PROVIDER_UNREACHABLE: exitCodes.unreachable,
  REFRESH_UNREACHABLE: exitCodes.unreachable,
  PROXY_REFUSED: exitCodes.unreachable,
  CERTIFICATE_REFUSED: exitCodes.unreachable,
  KEYCHAIN_UNAVAILABLE: exitCodes.unreachable,
  PROVIDER_REFUSED: exitCodes.internal,
  KEYCHAIN_DUPLICATE: exitCodes.internal,
  CREDENTIAL_UNREADABLE: exitCodes.internal,
  STORE_WRITE_FAILED: exitCodes.internal,
  PROTOCOL_MISMATCH: exitCodes.internal,
  INTERNAL: exitCodes.internal,
  APPROVAL_PENDING: exitCodes.later,
  SIGN_IN_TIMED_OUT: exitCodes.later,
  PORT_BUSY: exitCodes.later,
  VAULT_LOCKED: exitCodes.later,
  KEYCHAIN_LOCKED: exitCodes.later,
  KEYCHAIN_TIMEOUT: exitCodes.later,
  DIALOG_NOT_SHOWN: exitCodes.later,
  APPROVAL_DENIED: exitCodes.denied,
  ORIGIN_NOT_ALLOWED: exitCodes.denied,
  SIGN_IN_CANCELLED: exitCodes.denied,
  SIGN_IN_DENIED: exitCodes.denied,
  CLIENT_REFUSED: exitCodes.denied,
  KEYCHAIN_DENIED: exitCodes.denied
}

/** The exit code of a problem; 70 for a code that is not known, as of a newer vault. */
export const problemExit = (code: string): number =>
  Object.hasOwn(codes, code) ? codes[code as ProblemCode] : exitCodes.internal
