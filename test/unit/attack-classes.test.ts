import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { namedTests, textsIn } from '../support/named-tests.ts'

const { rows, count } = namedTests(await readFile('docs/attack-classes.md', 'utf8'))

test('Every attack class has its number and its test', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect(count).toBe(22)
})

test.each(rows)('Attack class $number is tested where it says', async ({ path, title }) => {
  expect(await textsIn(path)).toContain(title)
})
