export type PnpmEdit = {
  /** Null: the registry has another file for its token, which is not replaced. */
  readonly text: string | null
  /** The file holds a token or a password of the registry itself. */
  readonly isInClear: boolean
}

/**
 * The text of pnpm's auth.ini with the file that gives the token of a registry (pnpm.io: tokenHelper), and with nothing
 * else changed. `host`: with its port. `file`: absolute path.
 */
export function withTokenHelper(text: string, host: string, file: string): PnpmEdit {
  const values = valuesOf(text, host)
  const isInClear = ['_authToken', '_auth', '_password'].some((name) => values.has(name))
  const there = values.get('tokenHelper')
  if (there !== undefined) return { text: there === file ? text : null, isInClear }
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return { text: `${before}${lineOf(host, file)}\n`, isInClear }
}

/** The text without that line. The same text: it is not there, or was changed since. */
export function withoutTokenHelper(text: string, host: string, file: string): string {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.trim() === lineOf(host, file))
  return at === -1 ? text : lines.toSpliced(at, 1).join('\n')
}

const lineOf = (host: string, file: string): string => `//${host}/:tokenHelper=${file}`

/** What the file says of a registry, by name. */
function valuesOf(text: string, host: string): ReadonlyMap<string, string> {
  const start = `//${host}/:`
  const lines = text.split('\n').map((line) => line.trim())
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const equals = line.indexOf('=')
      if (!line.startsWith(start) || equals === -1) return []
      return [[line.slice(start.length, equals).trim(), line.slice(equals + 1).trim()]]
    })
  )
}
