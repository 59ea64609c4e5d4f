import { readFile } from 'node:fs/promises'

export type NamedTest = { readonly number: number; readonly path: string; readonly title: string }

/**
 * The tests that the numbered rows of a page name in their last column, each with the number of its row; between the
 * tests of one row stands `<br>`. `count`: how many numbered rows there are. A test that is not named as
 * `` `file`: title `` is left out, so that its row may have none.
 */
export function namedTests(page: string): { readonly rows: readonly NamedTest[]; readonly count: number } {
  const lines = page.split('\n')
  const rows = lines.flatMap((line) => {
    const [, number = '', cell = ''] = /^\| (\d+)\. .*?\| (`.+?)\s*\|$/.exec(line) ?? []
    return cell.split('<br>').flatMap((each): readonly NamedTest[] => {
      const [, path, title] = /^\s*`([^`]+\.test\.ts)`: (.+?)\s*$/.exec(each) ?? []
      return path === undefined || title === undefined ? [] : [{ number: Number(number), path, title }]
    })
  })
  return { rows, count: lines.filter((line) => /^\| \d+\./.test(line)).length }
}

/** Every text in quotes of a file, the titles of its tests among them. */
export async function textsIn(path: string): Promise<readonly string[]> {
  const texts = [...(await readFile(path, 'utf8')).matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)]
  return texts.map(([, , text = '']) => text)
}
