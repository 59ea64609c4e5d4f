import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brokenRules, changesFrom, knownText, readLockfile } from '../../../scripts/lockfile.ts'
import { root } from '../../../scripts/script.ts'

const hash = (letter: string): string => `sha512-${letter.repeat(86)}==`
const good = { version: '1.0.0', license: 'MIT', integrity: hash('a') }

function lockfile(change: Readonly<Record<string, object>> = {}): string {
  const packages = {
    '': { name: 'latchkey' },
    'node_modules/one': good,
    'node_modules/@a/two': good,
    ...change
  }
  return JSON.stringify({ lockfileVersion: 3, packages })
}

const read = (change: Readonly<Record<string, object>> = {}) => readLockfile(lockfile(change))

describe('the packages of the lockfile', () => {
  it('are those of every folder, each version once', () => {
    const packages = read({ 'node_modules/one/node_modules/@a/two': good })
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['@a/two 1.0.0', 'one 1.0.0'])
  })

  it.each(['{}', '{"lockfileVersion":2,"packages":{}}', '{"lockfileVersion":3}'])(
    'are not read from a lockfile of another kind: %s',
    (text) => expect(() => readLockfile(text)).toThrow('version 3')
  )

  it.each([
    ['no hash', { integrity: undefined }, 'SHA-512'],
    ['a weaker hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'SHA-512'],
    ['a script', { hasInstallScript: true }, 'script'],
    ['another licence', { license: 'GPL-3.0' }, 'GPL-3.0'],
    ['no licence', { license: undefined }, 'none'],
    ['a source of its own', { resolved: 'git+ssh://git@example.com/a.git#0123' }, 'registry']
  ])('may not have %s', (_name, change, told) => {
    const broken = brokenRules(read({ 'node_modules/one': { ...good, ...change } }))
    expect(broken).toHaveLength(1)
    expect(broken[0]).toContain('one 1.0.0')
    expect(broken[0]).toContain(told)
  })

  it('break no rule as they are, and are the reviewed ones', () => {
    const packages = readLockfile(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    expect(packages.length).toBeGreaterThan(100)
    expect(brokenRules(packages)).toEqual([])
    expect(changesFrom(readFileSync(join(root, 'scripts/reviewed-packages.txt'), 'utf8'), packages)).toEqual(
      []
    )
  })
})

describe('a lockfile that differs from the reviewed list', () => {
  const known = knownText(read())

  it('is told as nothing where it does not', () => {
    expect(changesFrom(known, read())).toEqual([])
  })

  it('names what came and what went', () => {
    const packages = read({ 'node_modules/one': { ...good, version: '1.0.1', integrity: hash('b') } })
    expect(changesFrom(known, packages)).toEqual(['New: one@1.0.1 MIT', 'Gone: one@1.0.0'])
  })

  it.each([
    ['contents', { integrity: hash('b') }],
    ['licence', { license: 'ISC' }],
    ['script', { hasInstallScript: true }]
  ])('names first a version whose %s changed', (_name, change) => {
    const packages = read({ 'node_modules/one': { ...good, ...change }, 'node_modules/three': good })
    const [first, ...others] = changesFrom(known, packages)
    expect(first).toContain('one@1.0.0 is not what it was')
    expect(others).toEqual(['New: three@1.0.0 MIT'])
  })
})
