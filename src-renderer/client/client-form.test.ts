import { describe, expect, it } from 'vitest'
import { isOtherClient, readClientForm } from './client-form.ts'

const facts = { clientId: 'acme-latchkey' }
const typed = { clientId: 'acme-latchkey', secret: '', removesSecret: false }

describe('what is typed into the form of a client', () => {
  it('is nothing while it is the client that is stored', () => {
    expect(readClientForm(facts, { ...typed, clientId: ' acme-latchkey ', secret: '  ' })).toEqual({
      kind: 'nothing'
    })
  })

  it('keeps an untouched secret, takes a typed secret and removes a secret on request', () => {
    const kindOf = (part: Partial<typeof typed>): unknown => {
      const form = readClientForm(facts, { ...typed, clientId: 'other', ...part })
      return form.kind === 'change' ? form.change.secret : form
    }
    expect(kindOf({})).toEqual({ kind: 'keep' })
    expect(kindOf({ secret: ' s3 ' })).toEqual({ kind: 'set', secret: 's3' })
    expect(kindOf({ secret: 'left in the field', removesSecret: true })).toEqual({ kind: 'remove' })
  })

  it('needs an ID', () => {
    expect(readClientForm(facts, { ...typed, clientId: ' ' }).kind).toBe('wrong')
  })

  it('is another client as soon as another ID stands there, and not while it is empty', () => {
    expect(['', 'acme-latchkey ', 'b'].map((id) => isOtherClient(facts, id))).toEqual([false, false, true])
  })
})
