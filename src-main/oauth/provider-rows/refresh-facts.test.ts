import { expect, it } from 'vitest'
import { familyDifferences } from '../metadata/issuer-families.ts'
import { accountRows } from './accounts.ts'
import { codeHostRows } from './code-hosts.ts'
import { workplaceRows } from './workplaces.ts'

const rows = [...codeHostRows, ...accountRows, ...workplaceRows]

/** Facts in the documents of each provider on 2026-11-21; null: the documents do not say. */
it.each([
  ['github', true, 180],
  ['github-app', true, 180],
  ['gitlab-oauth', true, null],
  ['huggingface-oauth', null, null],
  ['sentry-oauth', null, null],
  ['google', false, 180],
  ['microsoft', true, 90],
  ['dropbox', false, null],
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

it.each([
  ['spotify', 180],
  ['atlassian', 365]
])('%s: a sign-in ends after %s days, however much it is used', (id, lifeDays) => {
  expect(rows.find((row) => row.id === id)?.refresh).toMatchObject({ lifeDays })
})

it('knows of no such end at any other service', () => {
  const limited = rows.filter(({ refresh }) => refresh.lifeDays !== null)
  expect(limited.map(({ id }) => id).toSorted()).toEqual(['atlassian', 'spotify'])
})

it.each([
  ['https://acme.okta.com', 90],
  ['https://acme.oktapreview.com/', 90],
  // The length is a setting here.
  ['https://acme.okta.com/oauth2/default', null],
  ['https://acme.eu.auth0.com/', undefined]
])('%s ends a sign-in after %s days', (issuer, lifeDays) => {
  const { refresh } = familyDifferences(issuer, [])
  expect([refresh?.lifeDays ?? undefined, refresh?.graceSeconds]).toEqual([
    lifeDays ?? undefined,
    issuer.includes('okta') ? 30 : 0
  ])
})

it('names every row above', () => {
  expect(rows).toHaveLength(15)
})
