import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { namedTests, textsIn } from '../support/named-tests.ts'

const { rows, count } = namedTests(await readFile('docs/rules-of-refreshing.md', 'utf8'))

test('Every rule has its number and its test', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect(rows.length).toBeGreaterThanOrEqual(22)
})

test.each(rows)('Rule $number is tested where it says', async ({ path, title }) => {
  expect(await textsIn(path)).toContain(title)
})
