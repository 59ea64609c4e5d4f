/** What a setup has written into a configuration of git: `paths`: hosts for which it made git send the path. */
export type GitKept = { readonly paths: readonly string[] }

const HEAD = /^\s*\[/
const OURS = /^\s*helper\s*=\s*(?:latchkey|\/.*git-credential-latchkey(?:\.mjs)?)\s*$/
const EMPTY = /^\s*helper\s*=\s*$/
const PATH = /^\s*useHttpPath\s*=\s*true\s*$/i

/**
 * The text of a configuration of git without what `latchkey setup git` wrote: the empty helper with ours after it, and
 * what makes git send the path at these hosts. A section that is left without a line goes, too. All else stays as it is,
 * byte for byte.
 */
export function withoutLatchkey(text: string, { paths }: GitKept): string {
  return sectionsOf(text)
    .map((lines) => {
      const [head = ''] = lines
      const host = /^\s*\[credential "https:\/\/([^"]*)"\]\s*$/i.exec(head)?.[1]
      if (host === undefined) return lines
      const rest = lines.filter(
        (line, index) =>
          !(OURS.test(line) && EMPTY.test(lines[index - 1] ?? '')) &&
          !(EMPTY.test(line) && OURS.test(lines[index + 1] ?? '')) &&
          !(PATH.test(line) && paths.includes(host))
      )
      return rest.length === 1 && lines.length > 1 ? [] : rest
    })
    .flat()
    .join('')
}

/** The lines before the first section, and those of each section with its head; each with its line feed. */
function sectionsOf(text: string): string[][] {
  const sections: string[][] = [[]]
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (HEAD.test(line)) sections.push([])
    sections.at(-1)?.push(line)
  }
  return sections
}
