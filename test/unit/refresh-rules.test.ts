import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const document = await readFile('docs/rules-of-refreshing.md', 'utf8')
const rows = document
  .split('\n')
  .map((line) => /^\| (\d+)\. .*\| `([^`]+\.test\.ts)`: (.+?)\s*\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, number = '', path = '', title = '']) => ({ number: Number(number), path, title }))

test('Every rule has its number and its test', () => {
  const numbered = document.split('\n').filter((line) => /^\| \d+\./.test(line))
  expect(rows.map(({ number }) => number)).toEqual(numbered.map((_line, index) => index + 1))
  expect(rows.length).toBeGreaterThanOrEqual(22)
})

test.each(rows)('Rule $number is tested where it says', async ({ path, title }) => {
  const titles = [...(await readFile(path, 'utf8')).matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)]
  expect(titles.map(([, , text]) => text)).toContain(title)
})
