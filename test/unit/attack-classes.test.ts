import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { listedTests, textsIn } from '../support/named-tests.ts'

const CLASSES = 27
const page = await readFile('docs/attack-classes.md', 'utf8')
const listed = listedTests(page)

test('Every attack class has its number and its tests', () => {
  const numbers = Array.from({ length: CLASSES }, (_, index) => index + 1)
  expect(page.match(/^## \d+\./gm)).toEqual(numbers.map((number) => `## ${number}.`))
  expect([...new Set(listed.map(({ number }) => number))]).toEqual(numbers)
  // None was written in a way that is not read.
  expect(listed).toHaveLength(page.split('.test.ts`: ').length - 1)
})

test.each(listed)('Attack class $number is tested where it says: $title', async ({ path, title }) => {
  expect(await textsIn(path)).toContain(title)
})
