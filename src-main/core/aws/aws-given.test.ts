import { describe, expect, it } from 'vitest'
import { toCatalogEntry } from '../catalog-entry.ts'
import type { AwsKeys } from '../credential-record.ts'
import { Secret } from '../secret.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { handOutWorld, VALUE } from '../testing/hand-out-world.ts'
import { useWorld } from '../testing/use-world.ts'
import { helperPlaces } from '../use/helper-choice.ts'
import { noPolicy } from '../use/policy.ts'
import { processKeys } from './process-keys.ts'

const ROLE = 'arn:aws:iam::123456789012:role/deploy'
const keys: AwsKeys = {
  kind: 'aws',
  ref: { service: 'aws', account: 'prod' },
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
  obtainedAt: new FakeClock().now()
}
const refusal = { code: 'INVALID_REQUEST', message: expect.stringContaining('latchkey setup aws') }

describe('access keys of AWS', () => {
  it('are given to the helper of AWS for a role, once the person has allowed that, and it is written down', async () => {
    const { handOut, caller, steps, rows, answer } = await handOutWorld(keys)
    const wish = { helper: 'aws', host: 'amazonaws.com:443', scope: ROLE, waits: false, rejected: null }
    expect(await handOut.giveToHelper(keys.ref, wish, caller)).toMatchObject({ kind: 'question' })
    answer('once')
    const given = await handOut.giveToHelper(keys.ref, wish, caller)
    expect(given).toMatchObject({ kind: 'revealed', until: new Date('2026-11-21T11:00:00Z') })
    expect('secret' in given && given.secret.equals(new Secret(VALUE))).toBe(true)
    expect(steps).toEqual(['intent', `aws ${ROLE}`, 'outcome'])
    expect(rows[0]).toMatchObject({ action: 'helper', method: 'aws', host: 'amazonaws.com:443' })
  })

  it('are never revealed alone, sent through a relay or sent in a request; nobody is asked', async () => {
    const { reveal, relay, rows, approvals } = await handOutWorld(keys)
    await expect(reveal({ service: 'aws' })).rejects.toMatchObject(refusal)
    await expect(relay({ service: 'aws' })).rejects.toMatchObject(refusal)
    expect(rows.map(({ kind, code }) => [kind, code])).toEqual([
      ['refused', 'aws-keys'],
      ['refused', 'aws-keys']
    ])
    expect(approvals.questions.list()).toEqual([])
    const world = await useWorld(keys)
    await expect(world.use({ service: 'aws', account: null })).rejects.toMatchObject(refusal)
    expect([world.sent, world.rows.map(({ code }) => code)]).toEqual([[], ['aws-keys']])
  })

  it('are for no other helper, whatever the policy says', () => {
    const entries = [toCatalogEntry(keys, 'memory', null)]
    const ofAws = {
      hosts: [],
      readOnly: false,
      encodedSlash: false,
      rules: [],
      helpers: new Map([['git', ['github.com']]])
    }
    const known = {
      entries,
      presetOf: () => null,
      policy: { ...noPolicy, services: new Map([['aws', ofAws]]) }
    }
    expect(helperPlaces('git', known)).toEqual([])
    expect(helperPlaces('aws', known)).toMatchObject([{ host: 'amazonaws.com:443', user: 'prod' }])
  })
})

describe('the keys of a credential_process', () => {
  const { signal } = new AbortController()
  const sessions = (until: Date | null, sessionToken: Secret | null) => ({
    given: async () => ({ accessKeyId: 'ASIA', secretKey: new Secret('s'), sessionToken, until, owner: null })
  })

  it('are one JSON text, with a token where they have one', async () => {
    const at = new Date('2026-11-30T22:00:00Z')
    const text = async (one: ReturnType<typeof sessions>): Promise<unknown> =>
      JSON.parse((await processKeys(one, { ref: keys.ref, role: ROLE, signal })).secret.expose(String))
    expect(await text(sessions(at, new Secret('t')))).toEqual({
      AccessKeyId: 'ASIA',
      SecretAccessKey: 's',
      SessionToken: 't'
    })
    expect(await text(sessions(null, null))).toEqual({ AccessKeyId: 'ASIA', SecretAccessKey: 's' })
  })

  it('are asked for no role that is none', async () => {
    const asked = processKeys(sessions(null, null), { ref: keys.ref, role: 'admin', signal })
    await expect(asked).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })
})
