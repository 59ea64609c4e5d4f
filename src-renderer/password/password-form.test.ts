import { describe, expect, it } from 'vitest'
import { problemCatalog, toProblem, VaultError } from '#shared/problem.ts'
import { summary } from '../test-summary.ts'
import { checkPasswordInput, emailOf, fieldOf, toPasswordRequest } from './password-form.ts'

const input = {
  project: 'https://abcdefgh.supabase.co',
  projectKey: 'sb_publishable_x',
  name: '',
  email: 'ana@example.test',
  password: ' blanks count '
}
const kept = summary({ service: 'abcdefgh.supabase.co', account: 'ana@example.test', signsInBy: 'password' })
const wrong = (change: Partial<typeof input>, again: typeof kept | null = null): string[] =>
  Object.entries(checkPasswordInput({ ...input, ...change }, again)).flatMap(([name, text]) =>
    text === null ? [] : [name]
  )

describe('the form of a password sign-in', () => {
  it('names every field in which something is missing', () => {
    expect(wrong({})).toEqual([])
    expect(wrong({ project: '', projectKey: '', email: '', password: '' })).toEqual([
      'project',
      'projectKey',
      'email',
      'password'
    ])
    expect(wrong({ project: 'abcdefgh.supabase.co' })).toEqual(['project'])
  })

  it('asks for no project and no key where both are kept', () => {
    expect(wrong({ project: '', projectKey: '' }, kept)).toEqual([])
    expect(wrong({ email: '', password: '' }, kept)).toEqual(['email', 'password'])
  })

  it('sends the password as it was typed', () => {
    expect(toPasswordRequest(input, null)).toEqual({ kind: 'new', ...input })
    const { email, password } = input
    expect(toPasswordRequest({ ...input, projectKey: '' }, kept)).toEqual({
      kind: 'again',
      credential: kept.id,
      projectKey: null,
      email,
      password
    })
  })

  it('says beside the field what is refused about it, and above the form what is about none', () => {
    const codes = Object.keys(problemCatalog) as (keyof typeof problemCatalog)[]
    const beside = codes.filter((code) => fieldOf(toProblem(new VaultError(code))) !== null)
    expect(beside.toSorted()).toEqual(['CLIENT_REFUSED', 'SIGN_IN_DENIED'])
  })

  it('begins with the account where that is an address', () => {
    expect(emailOf(kept)).toBe('ana@example.test')
    expect(emailOf(summary({ account: 'work' }))).toBe('')
    expect(emailOf(summary({ account: 'ana@example.test (a1b2c3d4)' }))).toBe('')
  })
})
