import { expect, it } from 'vitest'
import { awsHelper } from './aws.ts'
import { fakeHelperVault, runHelper } from './helper.testkit.ts'
import type { HelperAnswer } from './helper-vault.ts'

const ROLE = 'arn:aws:iam::123456789012:role/deploy'
const pair = { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'cnry-secret' }

const locked: HelperAnswer = { kind: 'refused', why: 'locked', sentence: 'Latchkey is locked.' }
const given = (value: string, expiresAt: string | null = null): HelperAnswer => ({
  kind: 'given',
  credential: { service: 'aws', account: 'prod', user: 'prod', value, expiresAt }
})

async function run(args: readonly string[], answer: HelperAnswer) {
  const vault = fakeHelperVault(() => answer)
  return { ...(await runHelper(awsHelper, args, '', vault)), asked: vault.calls }
}

it('gives a session with its end, for the account and the role of the profile', async () => {
  const keys = { ...pair, SessionToken: 'cnry-token', AccountId: '123456789012' }
  const { code, out, errors, asked } = await run(
    ['--account', 'prod', '--role', ROLE],
    given(JSON.stringify(keys), '2026-11-30T22:00:00.000Z')
  )
  expect([code, errors]).toEqual([0, ''])
  expect(JSON.parse(out)).toEqual({ Version: 1, ...keys, Expiration: '2026-11-30T22:00:00.000Z' })
  expect(asked).toEqual([
    { helper: 'aws', host: 'amazonaws.com', service: 'aws', account: 'prod', scope: ROLE }
  ])
})

it('gives a long-term pair without a token and without an end', async () => {
  const { out, asked } = await run([], given(JSON.stringify(pair)))
  expect(JSON.parse(out)).toEqual({ Version: 1, ...pair })
  expect(asked).toMatchObject([{ account: null, scope: null }])
})

it.each<[string, readonly string[], HelperAnswer, string]>([
  ['that is not there', ['--account', 'x'], { kind: 'none' }, 'latchkey aws add'],
  ['while Latchkey is locked', [], locked, 'Latchkey is locked'],
  ['with a role that is none', ['--role', 'admin'], given('{}'), 'latchkey setup aws'],
  ['with an option that is not known', ['--profile', 'x'], given('{}'), 'latchkey setup aws']
])('of an account %s is refused in a sentence on standard error', async (_what, args, answer, sentence) => {
  const { code, out, errors } = await run(args, answer)
  expect([code, out]).toEqual([1, ''])
  expect(errors).toMatch(/^latchkey: .*\n$/)
  expect(errors).toContain(sentence)
})
