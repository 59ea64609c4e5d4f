import { assert, constantFrom, integer, oneof, property, record, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'
import { auditRowFrom, auditText, type AuditRow, checkpoint, cleaned, cleanField } from './audit-row.ts'

const previous = 'a'.repeat(64)
const use: AuditRow = {
  seq: 7,
  at: new Date('2026-11-30T12:00:00.000Z'),
  kind: 'outcome',
  of: 6,
  client: 'c-1',
  clientName: 'Claude Code',
  peer: { uid: 1000, pid: 4242, program: '/usr/bin/claude' },
  credential: '["github","ada"]',
  action: 'use',
  method: 'GET',
  host: 'api.github.com:443',
  path: '/user/repos',
  status: 200,
  code: null,
  reason: 'List the repositories',
  redacted: 0,
  bytes: 512
}

/** A row that has this text in each of its text fields. */
function filledWith(text: string): AuditRow {
  const fields = { client: text, clientName: text, credential: text, action: text, method: text }
  return {
    ...use,
    ...fields,
    host: text,
    path: text,
    code: text,
    reason: text,
    peer: { ...use.peer, program: text }
  }
}

function textsOf({ client, clientName, peer, credential, action, ...row }: AuditRow): (string | null)[] {
  const { method, host, path, code, reason } = row
  return [client, clientName, peer.program, credential, action, method, host, path, code, reason]
}

describe('the canonical text of an audit row', () => {
  it('has each field in a fixed order, the version of the format and the hash before it', () => {
    expect(auditText(use, previous)).toBe(
      `{"format":1,"previous":"${previous}","seq":7,"at":"2026-11-30T12:00:00.000Z","kind":"outcome","of":6,` +
        '"client":"c-1","clientName":"Claude Code","peer":{"uid":1000,"pid":4242,"program":"/usr/bin/claude"},' +
        '"credential":"[\\"github\\",\\"ada\\"]","action":"use","method":"GET","host":"api.github.com:443",' +
        '"path":"/user/repos","status":200,"code":null,"reason":"List the repositories","redacted":0,"bytes":512}'
    )
  })

  it('does not depend on the order of the fields, and has no field that a row does not have', () => {
    const turned = Object.fromEntries(Object.entries(use).toReversed()) as AuditRow
    const longer = { ...turned, query: 'token=abc', peer: { ...use.peer, args: '--token abc' } }
    expect(auditText(longer, previous)).toBe(auditText(use, previous))
  })

  it('is read back as the same row', () => {
    for (const row of [use, { ...use, ...checkpoint({ seq: 3, hash: previous }) }]) {
      expect(auditRowFrom(auditText(row, previous))).toEqual({ row, previous })
    }
  })

  it.each([
    ['is no JSON', () => 'seq 7'],
    ['is no object', () => 'null'],
    ['has a space', (text: string) => text.replace(':', ': ')],
    ['has another field', (text: string) => text.replace('{', '{"query":"a=b",')],
    ['lacks a field', (text: string) => text.replace('"status":200,', '')],
    ['has another order', (text: string) => text.replace('"seq":7,', '').replace('"kind"', '"seq":7,"kind"')],
    ['has a field twice', (text: string) => text.replace('"seq":7,', '"seq":6,"seq":7,')],
    ['is of another format', (text: string) => text.replace('"format":1', '"format":2')],
    ['has a kind that does not exist', (text: string) => text.replace('"outcome"', '"secret"')],
    ['has a number in place of a text', (text: string) => text.replace('"c-1"', '1')],
    ['has an object in place of a text', (text: string) => text.replace('"GET"', '{}')],
    ['has a text in place of a number', (text: string) => text.replace('200', '"200"')],
    ['has a part of a number', (text: string) => text.replace('512', '5.5')],
    ['has no time', (text: string) => text.replace('2026-11-30T12:00:00.000Z', 'yesterday')],
    ['has no peer', (text: string) => text.replace(/"peer":\{.*?\}/, '"peer":null')],
    ['names a prototype', (text: string) => text.replace('{', '{"__proto__":{"seq":1},')]
  ])('is refused if it %s', (_what, change) => {
    const text = change(auditText(use, previous))
    expect(text).not.toBe(auditText(use, previous))
    expect(auditRowFrom(text)).toBeNull()
  })
})

describe('a cleaned audit row', () => {
  it.each([
    ['a line break', '\n'],
    ['a carriage return', '\r'],
    ['an escape', '\u001B'],
    ['a NUL', '\0'],
    ['a C1 control', '\u009B'],
    ['a line separator', '\u2028'],
    ['a turn to the left', '\u202E'],
    ['an isolate', '\u2066'],
    ['a character without width', '\u200B'],
    ['a byte order mark', '\uFEFF'],
    ['a tag', '\u{E0041}'],
    ['half a character', '\uD83D']
  ])('has %s in none of its texts', (_what, hidden) => {
    const texts = textsOf(cleaned(filledWith(`a${hidden}b`)))
    expect(texts).toEqual(Array.from({ length: 10 }, () => 'a\uFFFDb'))
  })

  it('has texts of limited length, also where the limit halves a character', () => {
    const lengths = textsOf(cleaned(filledWith('\u{1F511}'.repeat(10_000)))).map((text) => text?.length)
    expect(lengths).toEqual([100, 60, 256, 512, 40, 20, 260, 512, 64, 200])
    expect(textsOf(cleaned(filledWith(`${'x'.repeat(59)}\u{1F511}`)))[1]).toBe(`${'x'.repeat(59)}\uFFFD`)
  })

  it.each([
    ['/search?q=canary', '/search'],
    ['/search#canary', '/search'],
    ['/a\n?canary\ncanary', '/a\uFFFD'],
    ['?canary', '']
  ])('has of the path %j only %j', (path, kept) => {
    expect(cleaned({ ...use, path }).path).toBe(kept)
  })

  it('has null where a number is not whole', () => {
    const numbers = { of: Number.NaN, status: 1.5, redacted: Infinity, bytes: 2 ** 60 }
    const row = cleaned({ ...use, ...numbers, peer: { uid: 0.5, pid: -Infinity, program: null } })
    const nothing = { of: null, status: null, redacted: null, bytes: null }
    expect(row).toEqual({ ...use, ...nothing, peer: { uid: null, pid: null, program: null } })
  })

  it('keeps the longest key of a credential and the hash of a checkpoint whole', () => {
    const key = credentialKey({ service: 's'.repeat(100), account: '"'.repeat(200) })
    expect(cleaned({ ...use, credential: key }).credential).toBe(key)
    expect(cleaned({ ...use, ...checkpoint({ seq: 1, hash: previous }) }).code).toBe(previous)
  })

  it('has no hidden characters, is not changed by a second cleaning, and is read back', () => {
    const anyText = oneof(
      string({ unit: 'binary', maxLength: 700 }),
      string({
        unit: constantFrom('\uD800', '\u202E', '\n', '\u200D', '\u{1F468}', '\uFE0F', '?', 'a'),
        maxLength: 700
      })
    )
    assert(
      property(record({ text: anyText, number: integer() }), ({ text, number }) => {
        const row = cleaned({ ...filledWith(text), bytes: number })
        for (const each of textsOf(row)) expect(cleanText(each ?? '', '')).toBe(each)
        expect(cleaned(row)).toEqual(row)
        expect(auditRowFrom(auditText(row, previous))).toEqual({ row, previous })
        expect(cleanField('reason', text)).toBe(row.reason)
      }),
      { numRuns: 2000 }
    )
  })
})
