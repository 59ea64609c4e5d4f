import { readFile } from 'node:fs/promises'

export type NamedTest = { readonly number: number; readonly path: string; readonly title: string }

/** The numbered rows of a page that names a test in each, and how many numbered rows there are. */
export function namedTests(page: string): { readonly rows: readonly NamedTest[]; readonly count: number } {
  const lines = page.split('\n')
  const rows = lines
    .map((line) => /^\| (\d+)\. .*\| `([^`]+\.test\.ts)`: (.+?)\s*\|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, number = '', path = '', title = '']) => ({ number: Number(number), path, title }))
  return { rows, count: lines.filter((line) => /^\| \d+\./.test(line)).length }
}

/** The tests that a page lists under its numbered headings, each with the number of its heading. */
export function listedTests(page: string): readonly NamedTest[] {
  return page.split(/^## /m).flatMap((section) => {
    const number = Number.parseInt(section, 10)
    const lines = [...section.matchAll(/^- `([^`]+\.test\.ts)`: (.+)$/gm)]
    return lines.map(([, path = '', title = '']) => ({ number, path, title }))
  })
}

/** Every text in quotes of a file, the titles of its tests among them. */
export async function textsIn(path: string): Promise<readonly string[]> {
  const texts = [...(await readFile(path, 'utf8')).matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)]
  return texts.map(([, , text = '']) => text)
}
