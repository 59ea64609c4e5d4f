import { describe, expect, it } from 'vitest'
import { readYaml, type YamlText } from './yaml-text.ts'

const SECRET = 'gho_0123456789abcdefghij'
const read = (text: string): YamlText => readYaml(text, 'failsafe')

describe('a text of YAML', () => {
  it('is read whole, every value as the text that stands there', () => {
    expect(read('a:\n  b: 012\n  c: yes\nd: [1, "x"]\n')).toMatchObject({
      kind: 'read',
      value: { a: { b: '012', c: 'yes' }, d: ['1', 'x'] }
    })
    expect(readYaml('{"a": 1, "b": true}', 'core')).toMatchObject({ value: { a: 1, b: true } })
    expect(read('')).toMatchObject({ kind: 'read', value: null })
  })

  it.each([
    ['a name that stands twice', `a:\n  t: ${SECRET}\nb: 1\na:\n  t: x\n`, 4, 'this name appears here twice'],
    ['a name twice in quotes', `"a": 1\n'a': 2\n`, 2, 'this name appears here twice'],
    ['a second document', `a: 1\n---\nb: ${SECRET}\n`, 2, 'a second document begins here'],
    ['a quote without its end', `a: "${SECRET}\nb: 1\n`, 3, 'this is not valid YAML or JSON'],
    ['a quote that ends in another value', `a: "x\nb: "${SECRET}"\n`, 1, 'this is not valid YAML or JSON'],
    ['an unknown tag', `a: !secret ${SECRET}\n`, 1, 'this is not valid YAML or JSON'],
    ['an alias', `a: &a [1]\nb: *a\n`, 2, 'aliases are not read'],
    ['a name that is a list', `? [a]\n: 1\n`, 1, 'a name must be a text'],
    ['sixty levels', `${'['.repeat(60)}${']'.repeat(60)}`, 1, 'it is nested too deep']
  ])('with %s is not read at all, and says where', (_what, text, line, fault) => {
    expect(read(text)).toEqual({ kind: 'broken', line, fault })
  })

  it('of any depth ends with an answer', () => {
    for (const open of ['[', '{a: ', '- ', '? ']) {
      expect(read(open.repeat(10_000)).kind).toBe('broken')
    }
  })

  it('of more than 32,768 characters is not begun', () => {
    expect(read('a: 1\n'.repeat(30_000))).toEqual({ kind: 'broken', line: 1, fault: 'the text is too long' })
  })
})
