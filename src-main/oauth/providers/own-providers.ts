import { lstatSync, readFileSync, statSync } from 'node:fs'
import { VaultError, toProblem } from '#shared/problem.ts'
import type { Provider, ProviderRedirect } from '../../core/provider.ts'
import { issuerPath } from '../metadata/issuer-families.ts'
import { genericProvider } from '../provider-rows/base.ts'
import { strangerAmong } from './providers.ts'
import { notValid, parseProviderRows } from './provider-schema.ts'
import { isRecord } from '../http/json.ts'

const FILE = 'providers.json'
const MOST_BYTES = 1024 * 1024
const MOST_ROWS = 200

/**
 * The result of reading the person's own file. `problem`: a sentence for the person; there are no rows then.
 */
export type OwnProviders = {
  readonly state: 'absent' | 'read' | 'refused'
  readonly rows: readonly Provider[]
  readonly problem: string | null
}

/**
 * Reads `providers.json`. Never throws: Latchkey starts with its built-in rows and reports the fault of
 * these. `faultOf`: the reason why the file at a path can not be trusted, in words that follow its name;
 * null: it can. The file decides where codes and tokens are sent.
 */
export function readOwnProviders(
  path: string,
  builtIn: readonly Provider[],
  faultOf: (path: string) => string | null
): OwnProviders {
  try {
    const text = textOf(path, faultOf)
    if (text === null) return { state: 'absent', rows: [], problem: null }
    const rows = parseOwnProviders(text, {
      day: statSync(path).mtime.toISOString().slice(0, 10),
      taken: builtIn.map(({ id }) => id)
    })
    return { state: 'read', rows, problem: null }
  } catch (error) {
    const problem = error instanceof VaultError ? toProblem(error).message : `${FILE} can’t be read.`
    return { state: 'refused', rows: [], problem }
  }
}

/**
 * Reads the text of the file; null: the file does not exist. Throws CONFIG_INVALID, or the system's error.
 */
function textOf(path: string, faultOf: (path: string) => string | null): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return null
  const fault = faultOf(path)
  if (fault !== null) throw invalid(`${fault}.`)
  if (found.size > MOST_BYTES) throw invalid('is larger than 1 MiB.')
  return readFileSync(path, 'utf8')
}

type Rules = {
  /** ISO date of the last change of the file; stands for the day of the check in a row that names none. */
  readonly day: string
  /** Ids of the built-in rows. */
  readonly taken: readonly string[]
}

/**
 * Parses the rows in the file's text with the parser of the built-in rows. Missing fields are those of the
 * generic provider. Throws CONFIG_INVALID; the message names row and field, never a value.
 */
export function parseOwnProviders(text: string, { day, taken }: Rules): Provider[] {
  const file = parsed(text)
  const names = isRecord(file) ? Object.keys(file) : []
  if (!isRecord(file) || names.length !== 1 || !Array.isArray(file['providers'])) {
    throw invalid('must be an object with one field, “providers”, which is a list.')
  }
  const rows: readonly unknown[] = file['providers']
  if (rows.length > MOST_ROWS) throw invalid(`has more than ${String(MOST_ROWS)} rows.`)
  for (const [index, row] of rows.entries()) refuseSecrets(row, index)
  const read = parseProviderRows(
    rows.map((row) => withDefaults(row, day)),
    { table: FILE, taken }
  )
  for (const [index, row] of read.entries()) refuseForeignHosts(row, index)
  return read
}

/**
 * Refuses a row with the page of a built-in provider and a foreign token endpoint: its author would get the
 * codes.
 */
function refuseForeignHosts(row: Provider, index: number): void {
  if (row.kind !== 'oauth') return
  const { kind: _kind, ...addresses } = row.endpoints
  const all = [...Object.values(addresses), row.refresh.url].filter((address) => address !== null)
  if (strangerAmong(all) !== null) {
    throw notValid(
      FILE,
      index,
      'only some of its addresses are those of a built-in provider. All of them must be.'
    )
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The error quotes the text, so it is not passed on.
    throw invalid('is not JSON.')
  }
}

function withDefaults(row: unknown, day: string): unknown {
  if (!isRecord(row)) return row
  const said = { help: null, source: FILE, checkedOn: day }
  if (row['kind'] === 'api-key') return { ...said, allowedHosts: [], keyPrefixes: [], ...row }
  if (row['kind'] !== 'oauth') return row
  return {
    ...genericProvider,
    ...said,
    scopes: [],
    ...row,
    endpoints: withNulls(row['endpoints']),
    scopeSeparator: over(genericProvider.scopeSeparator, row['scopeSeparator']),
    redirect: over(redirectOf(row), row['redirect']),
    refresh: over(genericProvider.refresh, row['refresh'])
  }
}

/**
 * The redirect of a row. The metadata is read only at the sign-in, so the path is the issuer's own unless the
 * row says `namesIssuer`.
 */
function redirectOf({ endpoints, namesIssuer }: Record<string, unknown>): ProviderRedirect {
  const issuer = isRecord(endpoints) ? endpoints['issuer'] : null
  if (typeof issuer !== 'string') return genericProvider.redirect
  return { ...genericProvider.redirect, path: issuerPath(issuer, namesIssuer === true) }
}

function withNulls(endpoints: unknown): unknown {
  if (!isRecord(endpoints) || endpoints['kind'] !== 'fixed') return endpoints
  const optional = { revocation: null, userinfo: null, deviceAuthorization: null, introspection: null }
  return { ...optional, ...endpoints }
}

function over(defaults: object, given: unknown): unknown {
  if (given === undefined) return defaults
  return isRecord(given) ? { ...defaults, ...given } : given
}

const SECRETS =
  /^(?:secret|passw(?:or)?d|api[-_]?key|client[-_]?assertion|(?:access|refresh|id|bearer)[-_]?token)$/i

/** Refuses a secret at any depth, before any other check: it would be on the disk in the clear. */
function refuseSecrets(value: unknown, index: number): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (/^client[-_]?secret$/i.test(name)) {
      throw notValid(
        FILE,
        index,
        'a client secret does not belong in this file. Remove it, and enter it when you sign in: the vault then keeps it.'
      )
    }
    if (SECRETS.test(name)) {
      throw notValid(
        FILE,
        index,
        'a secret does not belong in this file. Remove it: this file is not encrypted.'
      )
    }
    refuseSecrets(inner, index)
  }
}

function invalid(sentence: string): VaultError {
  return new VaultError('CONFIG_INVALID', { message: `${FILE} ${sentence}` })
}
