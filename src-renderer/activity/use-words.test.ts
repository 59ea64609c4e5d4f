import { describe, expect, it } from 'vitest'
import { problemCatalog } from '#shared/problem.ts'
import { shortHost } from '#shared/short-host.ts'
import { summary } from '../test-summary.ts'
import { auditRow } from './test-rows.ts'
import { namedCredential, reasonOf, resultText, toneOf, whatText } from './use-words.ts'

describe('a line says what was asked for', () => {
  const bare = { host: null, method: null, path: null }
  it.each([
    [{}, 'GET api.github.com/user'],
    [{ host: 'git.example:8443' }, 'GET git.example:8443/user'],
    [{ ...bare, action: 'relay', host: 'api.openai.com:443' }, 'Relay to api.openai.com'],
    [{ ...bare, action: 'relay' }, 'Relay'],
    [{ ...bare, action: 'reveal' }, 'The secret itself'],
    [{ ...bare, action: 'reveal', method: 'copy' }, 'The secret, to the clipboard'],
    [{ ...bare, action: 'reveal', method: 'show' }, 'The secret, on the screen'],
    [
      { ...bare, action: 'helper', method: 'git', host: 'github.com:443' },
      'The secret, to the helper of git for github.com'
    ],
    [{ ...bare, action: 'unpair' }, 'Access removed'],
    [
      { action: 'new-credential' },
      'What looks like another credential, in the answer of api.github.com/user'
    ],
    [{ ...bare, action: 'accept', code: 'scope repo' }, 'Proposal: scope repo'],
    [{ action: 'propose', code: 'rule' }, 'GET api.github.com/user'],
    [{ ...bare, action: 'of-a-later-version' }, 'of-a-later-version']
  ])('%j', (part, text) => {
    expect(whatText(auditRow(part))).toBe(text)
  })

  it('keeps a port that ends in 443 but is another', () => {
    expect(shortHost('git.example:8443')).toBe('git.example:8443')
  })
})

describe('a line says how it ended', () => {
  const row = auditRow()
  it('has a calm word for an answer with an error, and a clear one for a refusal', () => {
    expect(resultText({ row, result: { kind: 'answered', status: 404 } })).toBe('Answered 404')
    expect(toneOf({ kind: 'answered', status: 404 })).toBe('notice')
    expect(toneOf({ kind: 'answered', status: 302 })).toBe('ok')
    expect(resultText({ row, result: { kind: 'refused', code: 'host' } })).toBe('Refused')
    expect(toneOf({ kind: 'refused', code: 'host' })).toBe('danger')
  })

  it('says what the person answered, and nothing more of another event', () => {
    const result = { kind: 'noted', code: '10-minutes' } as const
    expect(resultText({ row: auditRow({ action: 'answer' }), result })).toBe('Allowed, 10 minutes')
    expect(resultText({ row: auditRow({ action: 'pair' }), result })).toBeNull()
    const accept = auditRow({ action: 'accept' })
    expect(resultText({ row: accept, result: { kind: 'noted', code: 'rule' } })).toBe('Accepted')
  })

  it('gives the reason as a sentence, in the words of the command line or of the catalog', () => {
    expect(reasonOf({ kind: 'refused', code: 'host' })).toBe('The credential may not be sent to this host.')
    expect(reasonOf({ kind: 'failed', code: 'PROVIDER_UNREACHABLE' })).toBe(
      problemCatalog.PROVIDER_UNREACHABLE.message
    )
    expect(reasonOf({ kind: 'refused', code: 'toString' })).toBe('toString')
    expect(reasonOf({ kind: 'refused', code: '' })).toBeNull()
    expect(reasonOf({ kind: 'answered', status: 403 })).toBeNull()
  })
})

describe('the credential of a line', () => {
  const known = new Map([
    ['["github","ana"]', summary({ service: 'github', name: 'GitHub', account: 'ana' })]
  ])

  it('has the name of the list, and that of its row once it has left the list', () => {
    const listed = auditRow({ shown: { service: 'github', name: 'Before', account: 'ana' } })
    expect(namedCredential(listed, known)).toMatchObject({ name: 'GitHub', isListed: true })
    const shown = { service: 'github', name: 'GitHub', account: 'bo' }
    const gone = namedCredential(auditRow({ credential: '["github","bo"]', shown }), known)
    expect(gone).toEqual({ id: '["github","bo"]', ...shown, isListed: false })
  })

  it('is none in a row that is about none', () => {
    expect(namedCredential(auditRow({ credential: null, shown: null }), known)).toBeNull()
  })
})
