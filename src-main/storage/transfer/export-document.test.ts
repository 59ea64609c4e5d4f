import { describe, expect, it } from 'vitest'
import type { Credential } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { sampleGrant, sampleKey, sampleTokens, START } from '../../core/testing/samples.ts'
import { encodeCredential } from '../records/credential-codec.ts'
import { decodeExport, encodeExport } from './export-document.ts'

const head = { at: START, version: '1.2.3' }

const everyKind: readonly Credential[] = [
  sampleGrant({ client: { id: 'c', secret: new Secret('s') }, refreshedAt: START }),
  sampleGrant({
    ref: { service: 'a', account: 'ü "quoted" \\ 🗝' },
    tokens: sampleTokens({ refreshToken: null, expiry: { kind: 'unknown' } }),
    subject: null
  }),
  sampleKey({ kind: 'at', at: new Date('2031-01-01T00:00:00Z') }),
  {
    ...sampleKey(),
    ref: { service: 'stripe', account: 'rotating' },
    rotation: {
      kind: 'switched',
      former: new Secret('the former key'),
      formerExpiry: { kind: 'never' },
      formerObtainedAt: START,
      since: START,
      undoUntil: new Date('2026-11-22T10:00:00Z')
    }
  },
  {
    kind: 'mcp',
    ref: { service: 'mcp.linear', account: 'default' },
    name: 'linear',
    accessToken: new Secret('access'),
    refreshToken: null,
    tokenType: 'Bearer',
    expiry: { kind: 'unknown' },
    scopes: [],
    clientId: null,
    tokenUrl: null,
    serverUrl: null,
    obtainedAt: START,
    updatedAt: START
  },
  {
    kind: 'extension',
    ref: { service: 'extension.weather', account: 'KEY' },
    name: 'Latchkey Extension weather',
    extension: 'weather',
    value: new Secret('line one\nline two'),
    obtainedAt: START
  }
]

describe('the document of an export', () => {
  it('gives every kind of credential back as it was, with every field', async () => {
    const back = await decodeExport(encodeExport(everyKind, head))
    expect(back.map((credential) => encodeCredential(credential))).toEqual(
      everyKind.map((credential) => encodeCredential(credential))
    )
  })

  it('is empty when there is nothing', async () => {
    expect(await decodeExport(encodeExport([], head))).toEqual([])
  })

  it('of a newer version is refused, and it is said what to do', async () => {
    const text = encodeExport(everyKind, head).replace('"v":1', '"v":2')
    await expect(decodeExport(text)).rejects.toThrow('A newer Latchkey wrote this file.')
  })

  it('is refused whole when a part of it is not understood', async () => {
    const text = encodeExport(everyKind, head)
    const damaged = [
      '',
      'null',
      '[]',
      text.slice(0, -3),
      text.replace('latchkey-export', 'other-export'),
      text.replace('"kind":"mcp"', '"kind":"later"'),
      text.replace('"tokenType":"Bearer",', ''),
      text.replace('"exportedAt"', '"more":1,"exportedAt"')
    ]
    for (const each of damaged) {
      await expect(decodeExport(each)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    }
  })
})
