import { safeParse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { newPassphrase } from '#shared/passphrase.ts'
import { checkPassphrases } from './export-form.ts'

describe('the passphrase of an export', () => {
  it('is refused by the form exactly where the vault would refuse it', () => {
    for (const length of [0, 1, 11, 12, 13, 1024, 1025]) {
      const text = 'p'.repeat(length)
      const isAccepted = checkPassphrases(text, text).passphrase === null
      expect(isAccepted, `${length} characters`).toBe(safeParse(newPassphrase, text).success)
    }
  })

  it('has to be typed the same twice, with every space and capital', () => {
    expect(checkPassphrases('correct horse battery', 'correct horse battery')).toEqual({
      passphrase: null,
      again: null
    })
    expect(checkPassphrases('correct horse battery', 'Correct horse battery').again).not.toBeNull()
    expect(checkPassphrases('correct horse battery', 'correct horse battery ').again).not.toBeNull()
  })

  it('says of a short one only that it is short', () => {
    expect(checkPassphrases('short', 'other')).toEqual({
      passphrase: 'Use at least 12 characters.',
      again: null
    })
  })
})
