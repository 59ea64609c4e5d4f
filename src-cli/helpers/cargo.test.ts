import { describe, expect, test } from 'vitest'
import { cargoHelper } from './cargo.ts'
import type { HelperAnswer } from './helper-vault.ts'
import { ACCOUNT, fakeHelperVault, given, LOCKED, NONE, runHelper } from './helper.testkit.ts'

const OURS = 'sparse+https://tool.acme.example/index/'
const HOST = ACCOUNT.host

/** What cargo reads after the hello, for the lines that it sends. */
async function conversation(lines: readonly unknown[], answer: HelperAnswer = NONE, accounts = [ACCOUNT]) {
  const vault = fakeHelperVault(() => answer, answer.kind === 'none' ? [] : accounts)
  const input = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
  const { code, out, errors } = await runHelper(cargoHelper, ['--cargo-plugin'], input, vault)
  expect([code, errors]).toEqual([0, ''])
  const [hello, ...answers] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(hello).toEqual({ v: [1] })
  return { answers, asked: vault.calls }
}

const message = (kind: string, url: unknown = OURS, more: object = {}): object => ({
  v: 1,
  kind,
  operation: 'read',
  registry: { 'index-url': url, name: 'acme', headers: ['WWW-Authenticate: Bearer'] },
  args: [],
  ...more
})

describe('get', () => {
  test('a token without an end is kept by cargo for its session', async () => {
    const { answers, asked } = await conversation([message('get')], given('cio-1'))
    expect(answers).toEqual([
      { Ok: { kind: 'get', token: 'cio-1', cache: 'session', operation_independent: true } }
    ])
    expect(asked).toEqual([{ helper: 'cargo', host: HOST, path: '/index/' }])
  })

  test('a token that ends is kept until then', async () => {
    const { answers } = await conversation([message('get')], given('cio-1', '2026-12-01T00:00:00.900Z'))
    expect(answers).toEqual([
      {
        Ok: {
          kind: 'get',
          token: 'cio-1',
          cache: 'expires',
          expiration: Date.parse('2026-12-01T00:00:00Z') / 1000,
          operation_independent: true
        }
      }
    ])
  })

  test('a registry that Latchkey knows nothing of is left to the next provider', async () => {
    const { answers } = await conversation([message('get')])
    expect(answers).toEqual([{ Err: { kind: 'url-not-supported' } }])
  })

  test('the sentence of a locked vault reaches cargo', async () => {
    const { answers } = await conversation([message('get')], LOCKED)
    expect(answers).toEqual([
      { Err: { kind: 'other', message: 'Latchkey is locked. Unlock it, then repeat.' } }
    ])
  })

  test.each([
    ['https://github.com/rust-lang/crates.io-index', 'index.crates.io'],
    ['sparse+https://index.crates.io/', 'index.crates.io'],
    ['registry+https://tool.acme.example/git/index', HOST],
    ['sparse+http://127.0.0.1:4010/', '127.0.0.1:4010']
  ])('the index %s is asked for as %s', async (url, host) => {
    expect((await conversation([message('get', url)])).asked).toMatchObject([{ host }])
  })

  test.each([
    'sparse+http://tool.acme.example/',
    'ssh://git@tool.acme.example/index',
    'file:///index',
    'no address',
    7,
    null
  ])('the vault is not asked for the index %s', async (url) => {
    const { answers, asked } = await conversation([message('get', url)], given('cio-1'))
    expect(answers).toEqual([{ Err: { kind: 'url-not-supported' } }])
    expect(asked).toEqual([])
  })
})

describe('login and logout', () => {
  test('logout deletes nothing and says how to do it', async () => {
    const { answers, asked } = await conversation([message('logout')], given('cio-1'))
    expect(answers).toEqual([
      {
        Err: {
          kind: 'other',
          message: 'Latchkey keeps this token. To delete it, type “latchkey sign-out acme work”.'
        }
      }
    ])
    expect(asked).toEqual([{ list: 'cargo' }])
  })

  test('login to a registry of Latchkey is refused with a sentence, and never quotes the token', async () => {
    const { answers } = await conversation(
      [message('login', OURS, { token: 'typed-secret' })],
      given('cio-1')
    )
    expect(answers).toEqual([
      { Err: { kind: 'other', message: 'Latchkey takes no token from cargo. Add the key in Latchkey.' } }
    ])
  })

  test.each(['login', 'logout'])('%s of another registry is left to the next provider', async (kind) => {
    expect((await conversation([message(kind)])).answers).toEqual([{ Err: { kind: 'url-not-supported' } }])
  })

  test('an operation of a later cargo is not supported', async () => {
    const { answers } = await conversation([message('rename')], given('cio-1'))
    expect(answers).toEqual([{ Err: { kind: 'operation-not-supported' } }])
  })
})

test('each line gets one answer, also one that is no message', async () => {
  const { answers } = await conversation([
    '{"v":2,"kind":"get"}',
    'token-like text',
    '[]',
    '',
    message('get')
  ])
  const unread = { Err: { kind: 'other', message: 'Latchkey does not understand this message of cargo.' } }
  expect(answers).toEqual([unread, unread, unread, { Err: { kind: 'url-not-supported' } }])
})

test('without the argument of cargo it says who starts it', async () => {
  const { code, out, errors } = await runHelper(
    cargoHelper,
    [],
    '',
    fakeHelperVault(() => NONE)
  )
  expect([code, out]).toEqual([64, ''])
  expect(errors).toBe('latchkey: cargo starts this program; see “latchkey setup cargo --help”.\n')
})
