import { describe, expect, it } from 'vitest'
import {
  challengeFrom,
  type Handshake,
  hello,
  helloFrom,
  isProof,
  newNonce,
  proofFrom,
  proofOf,
  PROTOCOL_VERSIONS,
  TERMINAL
} from './handshake.ts'

const secret = Buffer.alloc(32, 7)
const said: Handshake = {
  hello: { latchkey: 'hello', versions: [1], client: 'terminal', nonce: 'a1'.repeat(32) },
  version: 1,
  serverNonce: 'b2'.repeat(32)
}

describe('a proof', () => {
  it('is the same on both sides and 64 digits of hex', () => {
    const proof = proofOf('server', secret, said)
    expect(proof).toMatch(/^[0-9a-f]{64}$/)
    expect(proofOf('server', Buffer.from(secret), structuredClone(said))).toBe(proof)
  })

  it('differs between the roles, so that none can be sent back', () => {
    expect(proofOf('client', secret, said)).not.toBe(proofOf('server', secret, said))
  })

  it.each<[string, Handshake]>([
    ['the client', { ...said, hello: { ...said.hello, client: 'other' } }],
    ['the nonce of the client', { ...said, hello: { ...said.hello, nonce: 'a2'.repeat(32) } }],
    ['the nonce of the server', { ...said, serverNonce: 'b3'.repeat(32) }],
    ['the version that was chosen', { ...said, version: 2 }],
    ['the versions that were offered', { ...said, hello: { ...said.hello, versions: [2, 1] } }],
    [
      'which nonce is whose',
      { ...said, serverNonce: said.hello.nonce, hello: { ...said.hello, nonce: said.serverNonce } }
    ]
  ])('is another one if this is changed: %s', (_name, changed) => {
    for (const role of ['server', 'client'] as const) {
      expect(proofOf(role, secret, changed)).not.toBe(proofOf(role, secret, said))
    }
  })

  it('is another one for another secret', () => {
    expect(proofOf('server', Buffer.alloc(32, 8), said)).not.toBe(proofOf('server', secret, said))
  })

  it('is compared whole', () => {
    const proof = proofOf('client', secret, said)
    expect(isProof(proof, proof)).toBe(true)
    for (const wrong of ['', proof.slice(1), `${proof}0`, proof.toUpperCase(), 'é'.repeat(32)]) {
      expect(isProof(wrong, proof)).toBe(false)
    }
  })
})

describe('a hello', () => {
  it('says the client, the versions and a new random number, and nothing else', () => {
    const one = hello(TERMINAL)
    expect(one).toEqual({
      latchkey: 'hello',
      versions: PROTOCOL_VERSIONS,
      client: 'terminal',
      nonce: expect.stringMatching(/^[0-9a-f]{64}$/)
    })
    expect(hello(TERMINAL).nonce).not.toBe(one.nonce)
    expect(helloFrom(JSON.parse(JSON.stringify(one)))).toEqual(one)
  })

  it('is read without fields that do not belong there', () => {
    expect(helloFrom({ ...said.hello, request: 'use' })).toEqual(said.hello)
    expect(helloFrom({ ...said.hello, versions: [1, '2', 1.5, null] })).toEqual(said.hello)
  })

  it.each([
    ['no object', 'hello'],
    ['null', null],
    ['another word', { ...said.hello, latchkey: 'hallo' }],
    ['no client', { ...said.hello, client: undefined }],
    ['a client with a line break', { ...said.hello, client: 'terminal\n' }],
    ['a client of 65 letters', { ...said.hello, client: 'a'.repeat(65) }],
    ['a nonce in capitals', { ...said.hello, nonce: 'A1'.repeat(32) }],
    ['a nonce that is short', { ...said.hello, nonce: 'a1'.repeat(31) }],
    ['a nonce that is a list', { ...said.hello, nonce: [said.hello.nonce] }],
    ['versions that are no list', { ...said.hello, versions: 1 }],
    ['seventeen versions', { ...said.hello, versions: Array.from({ length: 17 }, () => 1) }]
  ])('is none with %s', (_name, value) => {
    expect(helloFrom(value)).toBeNull()
  })
})

describe('the answers of a handshake', () => {
  it('are read if they are whole', () => {
    const challenge = { version: 1, nonce: newNonce(), proof: 'x' }
    expect(challengeFrom({ ...challenge, more: 1 })).toEqual(challenge)
    expect(proofFrom({ proof: 'x' })).toBe('x')
  })

  it.each([
    null,
    1,
    {},
    { version: 1, nonce: 'x', proof: 'x' },
    { version: '1', nonce: newNonce(), proof: 'x' }
  ])('are none as %j', (value) => {
    expect(challengeFrom(value)).toBeNull()
    expect(proofFrom({ proof: value })).toBeNull()
  })
})
