import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { expect, it } from 'vitest'

/** What came to Node after 20.19, and what a type check against a newer one does not tell. */
const newer =
  /\b(?:Promise\.(?:withResolvers|try)|URL\.parse|Array\.fromAsync|(?:Object|Map)\.groupBy|RegExp\.escape|Iterator\.from)\(?|\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(/

it('The clients of the socket use nothing that Node 20 lacks', async () => {
  const found: string[] = []
  let files = 0
  for await (const file of glob('{src-cli,src-socket,src-shared}/**/*.ts')) {
    if (/\.(?:test|testkit)\.ts$/.test(file)) continue
    files += 1
    if (newer.test(readFileSync(file, 'utf8'))) found.push(file)
  }
  expect(files).toBeGreaterThan(100)
  expect(found).toEqual([])
})
