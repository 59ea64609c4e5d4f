import type { GuardedAnswer } from './guarded-fetch.ts'
import { isRecord } from './json.ts'

/** Fields of a device authorization answer in the form of RFC 8628 section 3.2. */
export type DeviceFields = {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: unknown
  readonly verificationUriComplete: unknown
  readonly expiresIn: number
  readonly interval: number
}

const DEFAULT_INTERVAL = 5
const LONGEST_INTERVAL = 300
const LONGEST_LIFE = 3600

export type DeviceReading =
  | { readonly kind: 'device'; readonly fields: DeviceFields }
  /** `code`: the OAuth error code; null if the answer names no well-formed one. */
  | { readonly kind: 'refusal'; readonly code: string | null }

/**
 * Reads the answer of a device authorization endpoint. Numbers may be strings, older servers call the address
 * `verification_url`, and an error in a 200 is an error. A code that a person could not type is refused.
 */
export function readDeviceAnswer({ status, text }: GuardedAnswer): DeviceReading {
  const body = parseBody(text)
  const deviceCode = body['device_code']
  const userCode = body['user_code']
  const isSuccess = status >= 200 && status < 300
  if (!isSuccess || !isCode(deviceCode, 2048) || !isCode(userCode, 40)) {
    return { kind: 'refusal', code: errorCode(body['error']) }
  }
  const expiresIn = seconds(body['expires_in'])
  if (expiresIn === null) return { kind: 'refusal', code: null }
  const fields = {
    deviceCode,
    userCode,
    verificationUri: body['verification_uri'] ?? body['verification_url'],
    verificationUriComplete: body['verification_uri_complete'] ?? body['verification_url_complete'] ?? null,
    expiresIn: Math.min(expiresIn, LONGEST_LIFE),
    interval: readInterval(text) ?? DEFAULT_INTERVAL
  }
  return { kind: 'device', fields }
}

/** Returns the pause that an answer names, in seconds; null: no usable one. Never throws. */
export function readInterval(text: string): number | null {
  const interval = seconds(parseBody(text)['interval'])
  return interval === null ? null : Math.min(interval, LONGEST_INTERVAL)
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    // The error quotes the body, and with it the device code, so it is not passed on.
    return /^[\w.]+=/.test(text) ? Object.fromEntries(new URLSearchParams(text.trim())) : {}
  }
}

function isCode(value: unknown, longest: number): value is string {
  return (
    typeof value === 'string' && value.length <= longest && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)
  )
}

/** Reads a number above zero, whole or not; null for anything else. */
function seconds(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : null
}

function errorCode(value: unknown): string | null {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : null
}
