import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { namedTests, textsIn } from '../support/named-tests.ts'

const page = await readFile('docs/attack-classes.md', 'utf8')
const { rows, count } = namedTests(page)

test('Every attack class has its number and its tests', () => {
  const numbers = [...new Set(rows.map(({ number }) => number))]
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect(count).toBe(22)
  // None was written in a way that is not read.
  expect(rows).toHaveLength(page.split('.test.ts`: ').length - 1)
})

test.each(rows)('Attack class $number is tested where it says: $title', async ({ path, title }) => {
  expect(await textsIn(path)).toContain(title)
})
