import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { envNames, envValue, withEnvValue, withoutEnvValue } from './env-file-text.ts'
import { EnvFile } from './env-file.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'

async function make(text: string | null = null) {
  const path = join(await temporaryDir(), '.env')
  if (text !== null) await writeFile(path, text, { mode: 0o600 })
  return { path, env: new EnvFile(path), text: () => readFile(path, 'utf8') }
}

const awkward = [
  ['nothing', ''],
  ['a word', 'value'],
  ['a URL', 'https://api.example.net/v1?a=b&c=d#part'],
  ['a hash', '# not a comment'],
  ['a hash after a space', 'a #b'],
  ['spaces at its ends', '  a  '],
  ['line feeds', 'first\nSECOND=2\n# third\n'],
  ['CR and LF', 'first\r\nsecond\r'],
  ['a single quote', "it's"],
  ['double quotes', 'say "yes"'],
  ['a backtick', '`a`'],
  ['all quotes', `'"\``],
  ['a backslash at its end', 'C:\\temp dir\\'],
  ['backslashes', 'C:\\new\\red'],
  ['what looks like an escape', '\\n\\r\\"'],
  ['a dollar', '$HOME ${HOME}'],
  ['an equals sign', 'a=b'],
  ['letters of all kinds', 'Grüße, 鍵, 🔑'],
  ['a byte order mark', '\ufeffa'],
  ['a line separator', 'a\u2028b']
] as const

describe('A value in a .env', () => {
  test.each(awkward)(
    'that is %s comes back as it was, with what stands around it untouched',
    async (_what, value) => {
      const { env, text } = await make('# head\nBEFORE=1\n\nAFTER=2')
      await env.set('VALUE', value)
      await env.set('NEXT', 'n')
      expect([
        await env.get('VALUE'),
        await env.get('BEFORE'),
        await env.get('AFTER'),
        await env.get('NEXT')
      ]).toEqual([value, '1', '2', 'n'])
      expect(await env.names()).toEqual(['AFTER', 'BEFORE', 'NEXT', 'VALUE'])
      expect((await text()).startsWith('# head\nBEFORE=1\n\nAFTER=2\n')).toBe(true)
    }
  )

  test('of any text comes back as it was, and its removal leaves no trace', () => {
    const holds = property(string({ unit: 'grapheme' }), string(), (value, other) => {
      const text = withEnvValue(withEnvValue('# c\nA=0\n', 'A', value), 'B', other)
      expect([envValue(text, 'A'), envValue(text, 'B'), envNames(text)]).toEqual([value, other, ['A', 'B']])
      expect(withoutEnvValue(withoutEnvValue(text, 'A'), 'B')).toBe('# c\n')
    })
    assert(holds, { numRuns: 2000 })
  })

  test('of any text of quotes, line ends, hashes and backslashes comes back too', () => {
    const text = string({
      unit: constantFrom("'", '"', '`', '\\', '\n', '\r', '#', ' ', '=', 'n', '$')
    })
    const holds = property(text, text, (value, other) => {
      const file = withEnvValue(withEnvValue('', 'A', value), 'B', other)
      expect([envValue(file, 'A'), envValue(file, 'B')]).toEqual([value, other])
    })
    assert(holds, { numRuns: 5000 })
  })

  test.each(awkward.filter(([, value]) => !/[\r\ufeff]|'"`|\\$/.test(value)))(
    'that is %s is read by Node in the same way',
    (_what, value) => {
      expect(parseEnv(withEnvValue('', 'A', value))).toEqual({ A: value })
    }
  )
})

describe('A .env that a person wrote', () => {
  const written = [
    '# Settings of the extension',
    'export HOST = api.example.net   # where it is',
    '',
    "QUOTED='a # b' # a comment",
    'MULTI="first',
    'second"',
    'this line is nothing',
    'TWICE=1',
    'TWICE=2',
    'LAST=end'
  ].join('\n')

  test('is read as it is meant', async () => {
    const { env } = await make(written)
    const names = ['HOST', 'QUOTED', 'MULTI', 'TWICE', 'LAST', 'ABSENT', 'second']
    expect(await Promise.all(names.map((name) => env.get(name)))).toEqual([
      'api.example.net',
      'a # b',
      'first\nsecond',
      '2',
      'end',
      null,
      null
    ])
  })

  test('keeps comments, unknown lines and order when a setting changes', async () => {
    const { env, text } = await make(written)
    await env.set('HOST', 'new host')
    await env.set('MULTI', 'one')
    await env.set('TWICE', '3')
    await env.set('NEW', 'x')
    expect(await text()).toBe(
      [
        '# Settings of the extension',
        "export HOST = 'new host'   # where it is",
        '',
        "QUOTED='a # b' # a comment",
        'MULTI=one',
        'this line is nothing',
        'TWICE=3',
        'LAST=end',
        'NEW=x',
        ''
      ].join('\n')
    )
  })

  test('loses a removed setting and nothing else', async () => {
    const { env, text } = await make(written)
    expect([await env.remove('MULTI'), await env.remove('TWICE'), await env.remove('TWICE')]).toEqual([
      true,
      true,
      false
    ])
    const kept = written.split('\n').filter((line) => !/^(MULTI|second|TWICE)/.test(line))
    expect(await text()).toBe(kept.join('\n'))
  })

  test('keeps the line ends of Windows', async () => {
    const { env, text } = await make('A=1\r\n# c\r\nB="x"\r\n')
    await env.set('A', '2')
    await env.set('B', 'y')
    await env.set('C', '3')
    expect(await text()).toBe('A=2\r\n# c\r\nB=y\r\nC=3\r\n')
  })

  test('with an unclosed quote is read to the end of that line', async () => {
    const { env } = await make('A="open\nB="x" y\nC=3\n')
    expect([await env.get('A'), await env.get('B'), await env.get('C')]).toEqual(['"open', '"x" y', '3'])
  })
})

test('A line of a million spaces, or of unclosed quotes, is read to its end', () => {
  expect(envValue(`A=a${' '.repeat(1_000_000)}b`, 'A')).toHaveLength(1_000_002)
  expect(envNames(`A="${'B=`\n'.repeat(20_000)}`)).toEqual(['A', 'B'])
})

test('The file is made for its owner alone, together with its folder if needed', async () => {
  const path = join(await temporaryDir(), 'new', 'folder', '.env')
  await new EnvFile(path).set('A', '1')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('A file that others may read is made private when it is written', async () => {
  const { path, env } = await make('A=1\n')
  await chmod(path, 0o644)
  await env.set('A', '2')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('Many changes at once all arrive', async () => {
  const { env } = await make('# head\n')
  const names = Array.from({ length: 20 }, (_unused, index) => `NAME_${String(index).padStart(2, '0')}`)
  await Promise.all(names.map((name) => env.set(name, `value of ${name}`)))
  expect(await env.names()).toEqual(names)
})

test.each([
  ['a link', async (path: string) => symlink('/dev/null', path)],
  ['a folder', async (path: string) => mkdir(path)],
  ['not UTF-8', async (path: string) => writeFile(path, Buffer.from([0x41, 0x3d, 0xff, 0xfe]))],
  ['larger than 1 MiB', async (path: string) => writeFile(path, `A=${'a'.repeat(1_100_000)}`)]
])('A .env that is %s is an error, and is left untouched', async (_what, place) => {
  const path = join(await temporaryDir(), '.env')
  await place(path)
  const before = await stat(path)
  const env = new EnvFile(path)
  const attempts = [() => env.get('A'), () => env.names(), () => env.set('A', '1'), () => env.remove('A')]
  for (const attempt of attempts)
    await expect(attempt()).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect((await stat(path)).ino).toBe(before.ino)
})

test.each([[''], ['1A'], ['A B'], ['A=B'], ['A\n'], ['Ä'], ['A'.repeat(101)]])(
  'Refuses %j as the name of a setting',
  async (name) => {
    const { env } = await make()
    await expect(env.set(name, 'x')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  }
)

test.each([
  ['NUL', 'a\0b'],
  ['half a character', 'a\ud800']
])('Refuses a value with %s', async (_what, value) => {
  const { env } = await make()
  await expect(env.set('A', value)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect(await env.names()).toEqual([])
})
