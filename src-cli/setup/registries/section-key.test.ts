import { expect, test } from 'vitest'
import { withoutSectionKey, withSectionKey } from './section-key.ts'

const wish = { section: 'registry', key: 'global-credential-providers', value: '["cargo:token", "x"]' }
const LINE = 'global-credential-providers = ["cargo:token", "x"]'

test.each([
  ['an empty file', '', `[registry]\n${LINE}\n`],
  ['a file without the section', '[net]\nretry = 2\n', `[net]\nretry = 2\n\n[registry]\n${LINE}\n`],
  [
    'a file with the section',
    '# mine\n[registry] # mine\ndefault = "acme"\n\n[registries.acme]\nindex = "i"\n',
    `# mine\n[registry] # mine\n${LINE}\ndefault = "acme"\n\n[registries.acme]\nindex = "i"\n`
  ],
  [
    'the key in another section alone',
    '[registry]\na = 1\n[other]\nglobal-credential-providers = []\n',
    `[registry]\n${LINE}\na = 1\n[other]\nglobal-credential-providers = []\n`
  ]
])('%s gets the line, and is as before without it', (_name, before, after) => {
  expect(withSectionKey(before, wish)).toEqual({ kind: 'text', text: after })
  expect(withSectionKey(after, wish)).toEqual({ kind: 'text', text: after })
  expect(withoutSectionKey(after, wish)).toBe(before)
})

test('a last line without a line feed gets one', () => {
  expect(withSectionKey('[net]\nretry = 2', wish)).toEqual({
    kind: 'text',
    text: `[net]\nretry = 2\n\n[registry]\n${LINE}\n`
  })
})

test.each([
  [
    'the key has another value',
    '[registry]\ndefault = "a"\nglobal-credential-providers = ["cargo:libsecret"]\n'
  ],
  ['the key stands in quotes', '[ registry ]\n"global-credential-providers" = []\n'],
  ['the section is written inline', 'registry = { default = "acme" }\n[net]\n'],
  ['the section is written as keys', 'registry.default = "acme"\n']
])('%s: it is taken, and nothing is taken away', (_name, before) => {
  expect(withSectionKey(before, wish)).toEqual({ kind: 'taken' })
  expect(withoutSectionKey(before, wish)).toBe(before)
})

test('what was added to the section since stays', () => {
  const text = `[registry]\n${LINE}\ndefault = "acme"\n`
  expect(withoutSectionKey(text, wish)).toBe('[registry]\ndefault = "acme"\n')
})
