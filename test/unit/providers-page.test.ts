import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { apiKeyRows, oauthRows, passwordRows } from '../../src-main/oauth/providers/providers.ts'
import { keySection, signInSection, withSection } from '../support/providers-page.ts'

const PAGE = 'docs/providers.md'
const page = await readFile(PAGE, 'utf8')
const quirks = page
  .split('\n')
  .map((line) => /^\| ([^|]+?)\s*\| ([^|]+?)\s*\| `([^`]+\.test\.ts)`: (.+?)\s*\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, provider = '', quirk = '', path = '', title = '']) => ({ provider, quirk, path, title }))

// After a change of a row: npx vitest run --project unit test/unit/providers-page.test.ts -u
test('The page of providers says what the rows say', async () => {
  const signIns = withSection(page, 'sign-ins', signInSection(oauthRows))
  const expected = withSection(signIns, 'keys', keySection(apiKeyRows))
  await expect(expected).toMatchFileSnapshot(`../../${PAGE}`)
})

test('Every service that is signed in to has a quirk with a test, and every server of a person’s own', () => {
  const own = [
    'Auth0',
    'Okta',
    'Keycloak',
    'Microsoft Entra, one tenant',
    'GitLab, self-hosted',
    'Supabase OAuth'
  ]
  const named = new Set(quirks.map(({ provider }) => provider))
  const all = [...oauthRows, ...passwordRows].map(({ name }) => name)
  expect([...all, ...own, 'Any server', 'MCP server'].filter((name) => !named.has(name))).toEqual([])
})

test('Each line of the table of quirks is read', () => {
  const [, table = ''] = page.split('## Quirks and their tests')
  const lines = table.split('\n').filter((line) => line.startsWith('| '))
  // Without the heading and the line below it.
  expect(quirks).toHaveLength(lines.length - 2)
})

test.each(quirks)('$provider: $quirk', async ({ path, title }) => {
  const titles = [...(await readFile(path, 'utf8')).matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)]
  expect(titles.map(([, , text]) => text)).toContain(title)
})
