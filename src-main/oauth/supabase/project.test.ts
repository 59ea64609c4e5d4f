import { describe, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { projectAt, refuseSecretKey } from './supabase-auth.ts'

const strict = { allowLoopbackHttp: false }
const token = (payload: object): Secret =>
  new Secret(`eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2lnbmVk`)

describe('the address of a project', () => {
  it.each([
    'https://abcdefgh.supabase.co',
    'https://abcdefgh.supabase.co/',
    ' https://abcdefgh.supabase.co/auth/v1 ',
    'https://ABCDEFGH.supabase.co/auth/v1/'
  ])('is accepted: %s', (address) => {
    expect(projectAt(address, strict)).toEqual({
      origin: 'https://abcdefgh.supabase.co',
      host: 'abcdefgh.supabase.co',
      issuer: 'https://abcdefgh.supabase.co/auth/v1'
    })
  })

  it.each([
    '',
    'abcdefgh.supabase.co',
    'http://abcdefgh.supabase.co',
    'http://127.0.0.1:54321',
    'https://user:word@abcdefgh.supabase.co',
    'https://abcdefgh.supabase.co?x=1',
    'https://abcdefgh.supabase.co/rest/v1',
    'https://supabase.com/dashboard/project/abcdefgh'
  ])('is refused: %s', (address) => {
    expect(() => projectAt(address, strict)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  it('is one of this computer where the rules allow it, and of no other without TLS', () => {
    const loose = { allowLoopbackHttp: true }
    expect(projectAt('http://127.0.0.1:54321', loose).issuer).toBe('http://127.0.0.1:54321/auth/v1')
    expect(() => projectAt('http://10.0.0.1:54321', loose)).toThrow('https://')
  })
})

describe('the key of a project', () => {
  it.each([new Secret('sb_publishable_x'), token({ role: 'anon' }), new Secret('a.b.c')])(
    'is taken when it is public',
    (key) => {
      expect(() => refuseSecretKey(key)).not.toThrow()
    }
  )

  it.each([new Secret('sb_secret_x'), token({ role: 'service_role' })])(
    'is refused when it is not',
    (key) => {
      expect(() => refuseSecretKey(key)).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining('secret key') })
      )
    }
  )
})
