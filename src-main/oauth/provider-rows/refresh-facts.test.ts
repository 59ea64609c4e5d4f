import { expect, it } from 'vitest'
import { accountRows } from './accounts.ts'
import { codeHostRows } from './code-hosts.ts'
import { workplaceRows } from './workplaces.ts'

const rows = [...codeHostRows, ...accountRows, ...workplaceRows]

/** As the documents of each provider had it on 2026-11-21; what they do not say is null. */
it.each([
  ['github', true, 180],
  ['github-app', true, 180],
  ['gitlab-oauth', true, null],
  ['huggingface-oauth', null, null],
  ['sentry-oauth', null, null],
  ['google', false, 180],
  ['microsoft', true, 90],
  ['dropbox', false, null],
  // Six months from the sign-in, which no use makes longer.
  ['spotify', false, null],
  ['discord', null, null],
  ['slack-oauth', true, 30],
  ['atlassian', true, 90],
  ['notion-oauth', true, null],
  ['linear-oauth', true, null],
  ['figma-oauth', false, null]
])('%s: rotation is %s, and an idle sign-in ends after %s days', (id, rotates, idleDays) => {
  expect(rows.find((row) => row.id === id)?.refresh).toMatchObject({ rotates, idleDays })
})

it('names every row above', () => {
  expect(rows).toHaveLength(15)
})
