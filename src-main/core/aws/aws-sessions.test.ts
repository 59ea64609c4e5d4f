import { beforeEach, describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { AwsKeys, AwsSession } from '../credential-record.ts'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../secret.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { awsKeysFrom } from './aws-keys.ts'
import { AwsSessions, type Sts } from './aws-sessions.ts'

const HOUR = 3_600_000
const ref = { service: 'aws', account: 'default' }
const ROLE = 'arn:aws:iam::123456789012:role/deploy'
const DEVICE = 'arn:aws:iam::123456789012:mfa/ana'
const signal = new AbortController().signal
let clock: FakeClock
let repository: MemoryRepository
/** The rows of the log, and what STS was asked for: who signed, and what for. */
let asked: string[]
let sessions: AwsSessions
let isLogFull: boolean

const keys = (change: Partial<AwsKeys> = {}): AwsKeys => ({
  kind: 'aws',
  ref,
  name: 'AWS',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: new Secret('a-long-term-secret-key'),
  sessionToken: null,
  expiry: { kind: 'never' },
  roleArn: null,
  mfaSerial: null,
  region: null,
  endpoint: null,
  session: null,
  obtainedAt: clock.now(),
  ...change
})

beforeEach(() => {
  clock = new FakeClock()
  repository = new MemoryRepository()
  asked = []
  isLogFull = false
  const made = (hours: number): AwsSession => ({
    accessKeyId: `ASIA${String(asked.length).padStart(16, '0')}`,
    secretKey: new Secret('a-secret-key-of-a-session'),
    sessionToken: new Secret('a-token-of-a-session'),
    until: new Date(clock.now().getTime() + hours * HOUR)
  })
  const sts: Sts = {
    userSession: async (_place, { accessKeyId }, { serial, code }) => {
      asked.push(`user ${accessKeyId} ${serial} ${code}`)
      return made(12)
    },
    roleSession: async (_place, { accessKeyId }, role) => {
      asked.push(`role ${accessKeyId} ${role}`)
      return made(1)
    }
  }
  const tokens = {
    getToken: async () => new Secret('unused'),
    current: async (one: typeof ref) => await repository.load(one),
    exclusively: async <T>(_ref: typeof ref, task: () => Promise<T>): Promise<T> => await task()
  }
  const note = async ({ account }: typeof ref): Promise<void> => {
    if (isLogFull) throw new VaultError('STORE_WRITE_FAILED')
    asked.push(`row ${account}`)
  }
  sessions = new AwsSessions({ clock, sts, repository, tokens, note })
})

describe('what a program is given', () => {
  it('is the pair itself without a role and a device', async () => {
    await repository.save(keys())
    expect(await sessions.given(ref, null, signal)).toMatchObject({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      sessionToken: null,
      until: null,
      owner: null
    })
    expect(asked).toEqual([])
  })

  it('is a session of the role, made once and again when less than twenty minutes are left', async () => {
    await repository.save(keys({ roleArn: ROLE }))
    const first = await sessions.given(ref, null, signal)
    await clock.pass(40 * 60_000)
    expect(await sessions.given(ref, null, signal)).toEqual(first)
    expect(first.owner).toBe('123456789012')
    await clock.pass(1000)
    const second = await sessions.given(ref, null, signal)
    expect(second.accessKeyId).not.toBe(first.accessKeyId)
    const once = ['row default', `role AKIAIOSFODNN7EXAMPLE ${ROLE}`]
    expect(asked).toEqual([...once, ...once])
  })

  it('is one session for those who ask at once, and another for another role', async () => {
    await repository.save(keys())
    await Promise.all([1, 2, 3].map(() => sessions.given(ref, ROLE, signal)))
    expect(asked).toHaveLength(2)
    await sessions.given(ref, `${ROLE}-2`, signal)
    expect(asked).toHaveLength(4)
  })

  it('is made again for another pair, and after the sessions were forgotten', async () => {
    await repository.save(keys({ roleArn: ROLE }))
    await sessions.given(ref, null, signal)
    await repository.save(keys({ roleArn: ROLE, accessKeyId: 'AKIAOTHERFODNN7EXAMP' }))
    await sessions.given(ref, null, signal)
    sessions.forget(credentialKey({ ...ref, account: 'other' }))
    await sessions.given(ref, null, signal)
    expect(asked).toHaveLength(4)
    sessions.forget(credentialKey(ref))
    await sessions.given(ref, null, signal)
    expect(asked).toHaveLength(6)
  })

  it('needs the code of the device first, and says what to run', async () => {
    await repository.save(keys({ mfaSerial: DEVICE, roleArn: ROLE }))
    await expect(sessions.given(ref, null, signal)).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      message: 'AWS wants the code of your MFA device first. Run “latchkey aws session”.'
    })
    expect(asked).toEqual([])
  })

  it('is the pair of keys that end, although a device is named', async () => {
    await repository.save(keys({ mfaSerial: DEVICE, sessionToken: new Secret('a-token') }))
    expect((await sessions.given(ref, null, signal)).accessKeyId).toBe('AKIAIOSFODNN7EXAMPLE')
  })

  it('is signed only once that is written down', async () => {
    await repository.save(keys({ roleArn: ROLE }))
    isLogFull = true
    await expect(sessions.given(ref, null, signal)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect(asked).toEqual([])
  })

  it('is nothing for an account that is not there', async () => {
    await expect(sessions.given(ref, null, signal)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })
})

describe('a session with a device', () => {
  it('is opened by a code, signs for the role, and is kept with the keys', async () => {
    await repository.save(keys({ mfaSerial: DEVICE, roleArn: ROLE }))
    expect(await sessions.open(ref, null, signal)).toEqual({ kind: 'code', device: DEVICE })
    const opened = await sessions.open(ref, '123456', signal)
    expect(opened).toEqual({ kind: 'open', until: new Date(clock.now().getTime() + HOUR) })
    expect(asked).toEqual([
      'row default',
      `user AKIAIOSFODNN7EXAMPLE ${DEVICE} 123456`,
      'row default',
      `role ASIA${'2'.padStart(16, '0')} ${ROLE}`
    ])
    expect(await repository.load(ref)).toMatchObject({
      session: { accessKeyId: `ASIA${'2'.padStart(16, '0')}` }
    })
    expect(await sessions.open(ref, null, signal)).toEqual(opened)
  })

  it('wants another code when it is about to end', async () => {
    await repository.save(keys({ mfaSerial: DEVICE }))
    await sessions.open(ref, '123456', signal)
    await clock.pass(12 * HOUR - 20 * 60_000)
    expect((await sessions.given(ref, null, signal)).sessionToken).not.toBeNull()
    await clock.pass(1)
    await expect(sessions.given(ref, null, signal)).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' })
    expect(await sessions.open(ref, null, signal)).toEqual({ kind: 'code', device: DEVICE })
  })

  it('is not needed without one', async () => {
    await repository.save(keys())
    expect(await sessions.open(ref, '123456', signal)).toEqual({ kind: 'keys' })
    expect(asked).toEqual([])
  })
})

describe('the record that a person wants', () => {
  const pair = { accessKeyId: 'AKIAOTHERFODNN7EXAMP', secretKey: ' a-secret-key-of-forty-characters \n' }
  const wish = { account: 'default', pair, settings: {}, replace: false }

  it('is a new pair without settings that are not named', () => {
    const made = awsKeysFrom({ ...wish, settings: { roleArn: ROLE } }, null, clock.now())
    expect(made).toMatchObject({ ref, accessKeyId: pair.accessKeyId, roleArn: ROLE, mfaSerial: null })
    expect(made.secretKey.equals(new Secret('a-secret-key-of-forty-characters'))).toBe(true)
  })

  it('replaces a pair only if that is asked for', () => {
    expect(() => awsKeysFrom(wish, keys(), clock.now())).toThrow(/--replace/)
    expect(awsKeysFrom({ ...wish, replace: true }, keys({ roleArn: ROLE }), clock.now()).roleArn).toBeNull()
  })

  it('has other settings with the same pair; another device ends the session', () => {
    const held = keys({
      region: 'eu-west-1',
      session: { ...keys(), sessionToken: new Secret('t'), until: clock.now() }
    })
    const change = (settings: object) => awsKeysFrom({ ...wish, pair: null, settings }, held, clock.now())
    expect(change({ roleArn: ROLE })).toMatchObject({
      roleArn: ROLE,
      region: 'eu-west-1',
      session: held.session
    })
    expect(change({ mfaSerial: DEVICE }).session).toBeNull()
    expect(() => awsKeysFrom({ ...wish, pair: null }, null, clock.now())).toThrow(/latchkey aws add/)
  })
})
