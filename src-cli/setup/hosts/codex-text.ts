/** How a program is started. */
export type Started = {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * The text of Codex's config.toml with this server in it, as a table at its end or in the place of the one of that name;
 * nothing else is changed. `name`: letters, digits and dashes. Null: the servers of the text are written in a way to which
 * a table can not be added, or one of its texts does not end.
 */
export function withCodexServer(text: string, name: string, { command, args, env }: Started): string | null {
  const rest = withoutCodexServer(text, name)
  if (rest === null || /^[ \t]*mcp_servers[ \t]*=/m.test(rest)) return null
  const pairs = Object.entries(env).map(([key, value]) => `${key} = ${quoted(value)}`)
  const lines = [
    `[mcp_servers.${name}]`,
    `command = ${quoted(command)}`,
    `args = [${args.map(quoted).join(', ')}]`,
    ...(pairs.length === 0 ? [] : [`env = { ${pairs.join(', ')} }`])
  ]
  const before = rest.trimEnd()
  return `${before}${before === '' ? '' : '\n\n'}${lines.join('\n')}\n`
}

/** The text without the tables of this server. Null: one of its texts does not end. */
export function withoutCodexServer(text: string, name: string): string | null {
  const tables = tablesOf(text)
  if (tables === null) return null
  const kept = tables.filter(({ path }) => path[0] !== 'mcp_servers' || path[1] !== name)
  if (kept.length === tables.length) return text
  const rest = kept.map((table) => table.text).join('')
  return rest.trim() === '' ? '' : `${rest.trimEnd()}\n`
}

/** The text of the table of a server, without those below it. Null: it has none. */
export function codexServer(text: string, name: string): string | null {
  const found = tablesOf(text)?.find(({ path }) => path.join('\n') === `mcp_servers\n${name}`)
  return found?.text ?? null
}

type Table = { readonly path: readonly string[]; readonly text: string }

/** The text in pieces, each from the head of a table to the next head. Null: a text in quotes does not end. */
function tablesOf(text: string): readonly Table[] | null {
  const tables: { path: readonly string[]; text: string }[] = [{ path: [], text: '' }]
  let inside: '"""' | "'''" | null = null
  let depth = 0
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const path: readonly string[] | null = inside === null && depth === 0 ? headOf(line) : null
    if (path !== null) tables.push({ path, text: line })
    else {
      const last = tables.at(-1)
      if (last !== undefined) last.text += line
      ;({ inside, depth } = after(line, inside, depth))
    }
  }
  return inside === null ? tables : null
}

/** The names in the head of a table (`[a.b]`, `[[a.b]]`). Null: the line is none. */
function headOf(line: string): readonly string[] | null {
  const [, names = ''] =
    /^[ \t]*\[{1,2}([^[\]]*|(?:"[^"\n]*"|'[^'\n]*'|[^'"[\]])*)\]{1,2}[ \t]*(?:#.*)?\r?\n?$/.exec(line) ?? []
  if (names === '') return null
  return [...names.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? ''
  )
}

type State = { readonly inside: '"""' | "'''" | null; readonly depth: number }

/** Whether a text of several lines, or how many lists, are open at the end of a line. */
function after(line: string, before: State['inside'], lists: number): State {
  let inside = before
  let depth = lists
  let at = 0
  while (at < line.length) {
    if (inside !== null) {
      const close = closeOf(line, at, inside)
      if (close === -1) return { inside, depth }
      at = close
      inside = null
      continue
    }
    const [token = ''] =
      /^(?:"""|'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*|[^"'#[\]]+|.)/.exec(line.slice(at)) ?? []
    if (token === '"""' || token === "'''") inside = token
    if (token === '[') depth += 1
    if (token === ']') depth = Math.max(0, depth - 1)
    at += Math.max(1, token.length)
  }
  return { inside, depth }
}

/** The place behind the end of a text of several lines; -1: it does not end in this line. */
function closeOf(line: string, from: number, quotes: '"""' | "'''"): number {
  for (let at = from; at < line.length; at += 1) {
    if (quotes === '"""' && line[at] === '\\') at += 1
    else if (line.startsWith(quotes, at)) return at + 3
  }
  return -1
}

/** A basic string of TOML, which JSON's texts are, but for one character. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f')
