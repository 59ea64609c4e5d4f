import { expect, test } from 'vitest'
import { type MoveInput, targetOf } from './move-form.ts'

const nothing: MoveInput = { passphrase: '', again: '', keyFile: '', agreed: false }

test('A passphrase has twelve characters and is typed twice the same', () => {
  expect(targetOf('passphrase', { ...nothing, passphrase: 'elevenchars', again: 'elevenchars' })).toEqual({
    errors: { passphrase: 'Use at least 12 characters.' }
  })
  expect(targetOf('passphrase', { ...nothing, passphrase: 'twelve chars', again: 'Twelve chars' })).toEqual({
    errors: { again: 'The passphrases don’t match.' }
  })
  const same = { ...nothing, passphrase: 'twelve chars', again: 'twelve chars' }
  expect(targetOf('passphrase', same)).toEqual({ type: 'encrypted-file', passphrase: 'twelve chars' })
  const long = 'x'.repeat(1025)
  expect(targetOf('passphrase', { ...nothing, passphrase: long, again: long })).toHaveProperty(
    'errors.passphrase'
  )
})

test('Files without a passphrase have to be agreed to', () => {
  expect(targetOf('machine', nothing)).toHaveProperty('errors.agreed')
  expect(targetOf('machine', { ...nothing, agreed: true })).toEqual({
    type: 'encrypted-file',
    passphrase: null
  })
})

test('The age key file is a full path', () => {
  expect(targetOf('sops', { ...nothing, keyFile: 'keys.txt' })).toHaveProperty('errors.keyFile')
  expect(targetOf('sops', { ...nothing, keyFile: ' /home/ana/keys.txt ' })).toEqual({
    type: 'sops',
    ageKeyFile: '/home/ana/keys.txt'
  })
  expect(targetOf('sops', { ...nothing, keyFile: String.raw`C:\keys.txt` })).toHaveProperty('type', 'sops')
})
