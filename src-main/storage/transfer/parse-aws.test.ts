import { describe, expect, it } from 'vitest'
import { keptDetails, toCatalogEntry } from '../../core/catalog-entry.ts'
import { holdsSame } from '../../core/transfer/import-rows.ts'
import type { AwsKeys } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { apiKeyRows } from '../../oauth/providers/providers.ts'
import { accessOf, noPolicy } from '../../core/use/policy.ts'
import { decodeCredential, encodeCredential } from '../records/credential-codec.ts'
import { CANARY, importKit, lines } from './transfer.testkit.ts'

const { read, refusal } = importKit(apiKeyRows)
const ID = 'AKIAIOSFODNN7EXAMPLE'
const pair = (secret = CANARY): string => `aws_access_key_id = ${ID}\naws_secret_access_key = ${secret}\n`

describe('the file in which AWS keeps keys', () => {
  it('gives an entry for each profile, with its region and its MFA device', async () => {
    const found = await read(
      `# mine\n[default]\n${pair()}region = eu-central-1\nmfa_serial=arn:aws:iam::123456789012:mfa/ana\n\n[ci]\r\naws_access_key_id=${ID}\r\naws_secret_access_key=${CANARY}2\r\n`,
      'credentials'
    )
    expect(found.format).toBe('aws')
    expect(lines(found)).toEqual([`aws default ${CANARY} `, `aws ci ${CANARY}2 `])
    expect(found.entries[0]?.credential).toMatchObject({
      accessKeyId: ID,
      region: 'eu-central-1',
      mfaSerial: 'arn:aws:iam::123456789012:mfa/ana',
      roleArn: null,
      expiry: { kind: 'never' }
    })
    expect(found.leavesSecrets).toBe(false)
  })

  it('keeps what is no key, and every other profile', async () => {
    const found = await read(
      `# mine\n[default]\n${pair()}region = eu-central-1\n\n[ci]\n${pair()}[sso]\noutput = json\n`
    )
    expect(found.rest).toBe('# mine\n[default]\nregion = eu-central-1\n\n[sso]\noutput = json\n')
    expect((await read(`[default]\n${pair()}\n`)).rest).toBeNull()
  })

  it('is never removed while a setting in it may hold another secret', async () => {
    const found = await read(`[default]\n${pair()}api_token = ${CANARY}\n`)
    expect(found.skipped).toEqual(['Profile 1: api_token may hold a secret too, and it was not read.'])
    expect(found.leavesSecrets).toBe(true)
  })

  it('says of a session that it ends, and of half a pair that it can not be read', async () => {
    const session = await read(`[a]\n${pair()}aws_session_token = ${CANARY}T\n`)
    expect(lines(session)).toEqual([`aws a ${CANARY} ${CANARY}T`])
    expect(session.entries[0]?.note).toContain('expire soon')
    const half = await read(`[a]\naws_access_key_id = ${ID}\n[b]\n${pair('a b')}`)
    expect(half.entries.map(({ credential }) => credential)).toEqual([null, null])
    expect(half.entries[0]?.note).toContain('missing')
  })

  it('without keys under any profile is refused', async () => {
    expect(await refusal(`aws_access_key_id = ${ID}\n[default]\nregion = eu-west-1\n`)).toContain(
      'holds no keys'
    )
  })
})

describe('the variables of AWS in a .env', () => {
  const variables = `AWS_ACCESS_KEY_ID=${ID}\nAWS_SECRET_ACCESS_KEY=${CANARY}\n`

  it('are one pair, and leave the region and everything else', async () => {
    const found = await read(`${variables}AWS_REGION=eu-west-1\nSTRIPE_API_KEY=sk_test_${CANARY}\n`, '.env')
    expect(lines(found)).toEqual([`aws default ${CANARY} `, `stripe STRIPE_API_KEY sk_test_${CANARY}`])
    expect(found.entries[0]).toMatchObject({ note: null, credential: { region: 'eu-west-1' } })
    expect(found.rest).toBe('AWS_REGION=eu-west-1\n')
  })

  it('with a token are a session', async () => {
    const found = await read(`${variables}AWS_SESSION_TOKEN=${CANARY}T\n`, '.env')
    expect(lines(found)).toEqual([`aws default ${CANARY} ${CANARY}T`])
    expect([found.rest, found.entries[0]?.note]).toEqual([null, expect.stringContaining('expire soon')])
  })

  it('that are no whole pair are judged as every other variable', async () => {
    const found = await read(`AWS_SECRET_ACCESS_KEY=${CANARY}\n`, '.env')
    expect(found.entries[0]).toMatchObject({ kind: 'api-key', ref: { service: 'aws' } })
  })
})

describe('access keys of AWS', () => {
  const keys: AwsKeys = {
    kind: 'aws',
    ref: { service: 'aws', account: 'prod' },
    name: 'AWS',
    accessKeyId: ID,
    secretKey: new Secret(CANARY),
    sessionToken: new Secret(`${CANARY}T`),
    expiry: { kind: 'unknown' },
    roleArn: 'arn:aws:iam::123456789012:role/deploy',
    mfaSerial: null,
    region: 'eu-central-1',
    endpoint: null,
    session: null,
    obtainedAt: new Date('2026-11-30T10:00:00Z')
  }

  it('come back whole from the store', () => {
    const session = {
      accessKeyId: `ASIA${ID}`,
      secretKey: new Secret(`${CANARY}S`),
      sessionToken: new Secret(`${CANARY}U`),
      until: new Date('2026-11-30T22:00:00Z')
    }
    const back = decodeCredential(encodeCredential({ ...keys, session }), keys.ref) as AwsKeys
    expect(back).toEqual({ ...keys, session })
    expect(back.session?.secretKey.equals(session.secretKey)).toBe(true)
    expect(back.secretKey.equals(keys.secretKey)).toBe(true)
    expect(back.sessionToken?.equals(new Secret(`${CANARY}T`))).toBe(true)
  })

  it.each([
    ['a role that is none', '"arn:aws:iam::123456789012:role/deploy"', '"deploy"'],
    ['an ID that is none', `"${ID}"`, '"x"'],
    ['a further field', '"kind":"aws"', '"kind":"aws","x":1']
  ])('with %s are unreadable', (_what, text, other) => {
    expect(() => decodeCredential(encodeCredential(keys).replace(text, other), keys.ref)).toThrow(
      expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
    )
  })

  it('show their ID and the mask of the secret key in the list, and no more of it', () => {
    const details = keptDetails(keys)
    expect(details).toMatchObject({ clientId: ID, masked: 'cn••••••••ij' })
    expect(JSON.stringify(details)).not.toContain(CANARY)
  })

  it('are the same only with the same ID and the same session', () => {
    expect(holdsSame(keys, { ...keys, region: null })).toBe(true)
    expect(holdsSame(keys, { ...keys, accessKeyId: `${ID}2` })).toBe(false)
    expect(holdsSame(keys, { ...keys, sessionToken: null })).toBe(false)
  })

  it('are sent to no host, whatever the policy names', () => {
    const service = {
      hosts: ['sts.amazonaws.com'],
      readOnly: false,
      encodedSlash: false,
      rules: [],
      helpers: new Map<string, readonly string[]>()
    }
    const policy = { ...noPolicy, services: new Map([['aws', service]]) }
    expect(accessOf(toCatalogEntry(keys, 'keychain', null), null, policy, 'terminal')?.hosts).toEqual([])
  })
})
