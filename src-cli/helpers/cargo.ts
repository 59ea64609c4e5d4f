import { type Helper, linesOf } from './helper.ts'
import type { HelperAnswer, HelperVault } from './helper-vault.ts'
import { keptToken } from './kept-token.ts'
import { type WebPlace, webPlace } from './web-place.ts'

const HELLO = { v: [1] }
/** Cargo goes on to its next credential provider. */
const NOT_OURS = failure('url-not-supported')
const USAGE = 64

/**
 * The credential provider of cargo: says hello, then answers each line of its input with one line until the input ends. A
 * registry that Latchkey knows nothing of is left to the next provider. Protocol:
 * doc.rust-lang.org/cargo/reference/credential-provider-protocol.html, version 1.
 */
export const cargoHelper: Helper = async ({ args, input, write, writeError }, vault) => {
  if (args.join(' ') !== '--cargo-plugin') {
    writeError('latchkey: cargo starts this program; see “latchkey setup cargo --help”.\n')
    return USAGE
  }
  const say = (message: object): void => write(`${JSON.stringify(message)}\n`)
  say(HELLO)
  for await (const line of linesOf(input)) say(await answerTo(line, vault))
  return 0
}

async function answerTo(line: string, vault: HelperVault): Promise<object> {
  const message = messageFrom(line)
  if (message === null) return other('Latchkey does not understand this message of cargo.')
  const registry = placeOf(message['registry'])
  if (registry === null) return NOT_OURS
  if (message['kind'] === 'get') return toCargo(await vault.credential({ helper: 'cargo', ...registry }))
  const kept = await keptToken(vault, 'cargo', registry.host)
  if (kept === null) return NOT_OURS
  if (message['kind'] === 'logout') return other(kept)
  if (message['kind'] === 'login')
    return other('Latchkey takes no token from cargo. Add the key in Latchkey.')
  return failure('operation-not-supported')
}

function toCargo(answer: HelperAnswer): object {
  if (answer.kind === 'none') return NOT_OURS
  if (answer.kind === 'refused') return other(answer.sentence)
  const { value, expiresAt } = answer.credential
  const cache = expiresAt === null ? { cache: 'session' } : expiring(new Date(expiresAt))
  return { Ok: { kind: 'get', token: value, ...cache, operation_independent: true } }
}

/** Cargo keeps a token in its memory until then; it wants whole seconds since 1970. */
function expiring(until: Date): object {
  return { cache: 'expires', expiration: Math.floor(until.getTime() / 1000) }
}

function failure(kind: string): object {
  return { Err: { kind } }
}

/** An error with a sentence that cargo shows. */
function other(message: string): object {
  return { Err: { kind: 'other', message } }
}

/** Null: no message of version 1. */
function messageFrom(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) && value['v'] === 1 ? value : null
  } catch {
    return null
  }
}

/** The index of crates.io in git, which cargo may name for the one at index.crates.io. */
const CRATES_IO_IN_GIT = 'https://github.com/rust-lang/crates.io-index'

/** Where the index of a registry is; null: at no address that may be given a token. */
function placeOf(registry: unknown): WebPlace | null {
  const text = isRecord(registry) ? registry['index-url'] : null
  if (typeof text !== 'string') return null
  const named = text.replace(/^(sparse|registry)\+/, '')
  return webPlace(named === CRATES_IO_IN_GIT ? 'https://index.crates.io/' : named)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
