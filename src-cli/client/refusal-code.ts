import { exitCodes } from '../terminal/command.ts'

/** Exit codes of problems that the vault answers with; those of sysexits.h where it has a fitting one. */
const codes: Readonly<Record<string, number>> = {
  SIGN_IN_REQUIRED: exitCodes.signIn,
  SCOPE_MISSING: exitCodes.signIn,
  REFRESH_REJECTED: exitCodes.signIn,
  ROTATION_LOST: exitCodes.signIn,
  UNKNOWN_SERVICE: exitCodes.signIn,
  VAULT_LOCKED: exitCodes.later,
  KEYCHAIN_LOCKED: exitCodes.later,
  APPROVAL_DENIED: exitCodes.denied,
  ORIGIN_NOT_ALLOWED: exitCodes.denied,
  BROKER_UNREACHABLE: exitCodes.unreachable,
  PROVIDER_UNREACHABLE: exitCodes.unreachable,
  PROXY_REFUSED: exitCodes.unreachable,
  CERTIFICATE_REFUSED: exitCodes.unreachable,
  INVALID_REQUEST: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage
}

/** The exit code of a problem; 70 if it has none of its own. */
export const refusalCode = (code: string): number =>
  Object.hasOwn(codes, code) ? (codes[code] ?? exitCodes.internal) : exitCodes.internal
