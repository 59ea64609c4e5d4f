import { expect, test } from 'vitest'
import { UsageError } from '../../terminal/command.ts'
import { checkReveal, revealedText, type RevealWish } from './revealed-text.ts'

const wish = (name: string, service: string, host: string | null = null): RevealWish => ({
  name,
  service,
  host
})

test('a variable holds the value itself', () => {
  expect(revealedText(wish('NPM_TOKEN', 'npm'), 'npm_1', 'old')).toBe('npm_1')
  expect(revealedText(wish('GH_TOKEN', 'github', 'github.com'), 'gho_1', null)).toBe('gho_1')
})

test.each([
  ['github', null, { 'github-oauth': { 'github.com': 'v' } }],
  ['github-token', null, { 'github-oauth': { 'github.com': 'v' } }],
  ['gitlab', null, { 'gitlab-token': { 'gitlab.com': 'v' } }],
  ['gitlab-oauth', 'git.acme.example', { 'gitlab-oauth': { 'git.acme.example': 'v' } }],
  ['packages', 'repo.acme.example', { bearer: { 'repo.acme.example': 'v' } }],
  ['constructor', 'repo.acme.example', { bearer: { 'repo.acme.example': 'v' } }]
])('COMPOSER_AUTH of %s with the host %s is the JSON that Composer reads', (service, host, expected) => {
  const composer = wish('COMPOSER_AUTH', service, host)
  expect(() => checkReveal(composer)).not.toThrow()
  expect(JSON.parse(revealedText(composer, 'v', null))).toEqual(expected)
})

test('COMPOSER_AUTH holds the values of several services', () => {
  const first = revealedText(wish('COMPOSER_AUTH', 'github'), 'one', null)
  const both = revealedText(wish('COMPOSER_AUTH', 'gitlab'), 'two', first)
  expect(JSON.parse(both)).toEqual({
    'github-oauth': { 'github.com': 'one' },
    'gitlab-token': { 'gitlab.com': 'two' }
  })
})

test('COMPOSER_AUTH of another service wants a host, before anything is asked', () => {
  expect(() => checkReveal(wish('COMPOSER_AUTH', 'npm'))).toThrow(UsageError)
  expect(() => checkReveal(wish('NPM_TOKEN', 'npm'))).not.toThrow()
})
