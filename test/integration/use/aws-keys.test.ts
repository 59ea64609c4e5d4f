import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AwsService, CODE, DEVICE, GUARDED_ROLE, ROLE } from '../../support/aws-service.ts'
import { UseWorld } from '../../support/use-world.ts'

const aws = new AwsService()
let world: UseWorld

beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: [] })
  world.handle = aws.handle
})
afterAll(() => world.end())
beforeEach(() => {
  aws.asks.length = 0
})

const run = async (args: readonly string[], input = '') => await world.latchkey(['aws', ...args], input)
const add = async (account: string, ...settings: readonly string[]): Promise<string> => {
  const { id, secret } = aws.newPair()
  const args = ['add', '--account', account, '--key-id', id, '--endpoint', world.origin, ...settings]
  expect(await run(args, `${secret}\n`)).toEqual({
    code: 0,
    out: `AWS, ${account}: the pair is stored.\n`,
    errors: ''
  })
  return id
}

describe('access keys of AWS on the command line', () => {
  it('need no session without a role and a device', async () => {
    await add('plain')
    expect(await run(['session', '--account', 'plain'])).toMatchObject({
      code: 0,
      out: 'AWS, plain: these keys need no session.\n'
    })
    expect(aws.asks).toEqual([])
  })

  it('take their role at an STS that checks the signature', async () => {
    const id = await add('role', '--role', ROLE)
    const { code, out } = await run(['session', '--account', 'role'])
    expect([code, out]).toEqual([0, expect.stringMatching(/^AWS, role: a session is open until .* UTC\.\n$/)])
    expect(aws.asks).toEqual([{ action: 'AssumeRole', keyId: id, refused: null }])
    await run(['session', '--account', 'role'])
    expect(aws.asks).toHaveLength(1)
  })

  it('open a session by a code, which signs for a role that wants it, also in the next vault', async () => {
    const id = await add('mfa', '--mfa-device', DEVICE, '--role', GUARDED_ROLE)
    const wrong = await run(['session', '--account', 'mfa'], '654321\n')
    expect([wrong.code, wrong.errors]).toEqual([64, expect.stringContaining('did not take the code')])
    aws.asks.length = 0
    expect((await run(['session', '--account', 'mfa'], `${CODE}\n`)).code).toBe(0)
    expect(aws.asks).toEqual([
      { action: 'GetSessionToken', keyId: id, refused: null },
      { action: 'AssumeRole', keyId: expect.stringMatching(/^ASIA/), refused: null }
    ])
    await world.endVault()
    expect((await run(['session', '--account', 'mfa'])).code).toBe(0)
    expect(aws.asks.slice(2)).toEqual([{ action: 'AssumeRole', keyId: aws.asks[1]?.keyId, refused: null }])
  })

  it('that AWS does not know any more say what to do', async () => {
    aws.revoke(await add('gone', '--role', ROLE))
    expect(await run(['session', '--account', 'gone'])).toMatchObject({
      code: 4,
      errors: expect.stringContaining('Store the pair again')
    })
  })

  it('that may not take the role say so', async () => {
    await add('refused', '--role', GUARDED_ROLE)
    expect(await run(['session', '--account', 'refused'])).toMatchObject({
      code: 77,
      errors: expect.stringContaining('does not let these keys take this role')
    })
  })

  it('are replaced only with --replace, and their settings are changed alone', async () => {
    const { id, secret } = aws.newPair()
    const again = ['add', '--account', 'plain', '--key-id', id]
    expect(await run(again, `${secret}\n`)).toMatchObject({
      code: 64,
      errors: expect.stringContaining('--replace')
    })
    expect((await run([...again, '--replace', '--endpoint', world.origin], `${secret}\n`)).code).toBe(0)
    expect(await run(['set', '--account', 'plain', '--role', ROLE])).toMatchObject({
      code: 0,
      out: 'AWS, plain: the settings are changed.\n'
    })
    expect((await run(['session', '--account', 'plain'])).out).toContain('a session is open')
    expect(aws.asks).toEqual([{ action: 'AssumeRole', keyId: id, refused: null }])
    expect(await run(['set', '--account', 'nobody', '--role', ROLE])).toMatchObject({ code: 64 })
  })

  it.each([
    [['add'], '--key-id ID is missing'],
    [['add', '--key-id', 'AKIA'], 'An access key ID is'],
    [['set'], 'Name a setting'],
    [['set', '--role', 'admin'], 'A role is written'],
    [['set', '--key-id', 'AKIAIOSFODNN7EXAMPLE'], 'belong to'],
    [['session', '--region', 'eu-west-1'], 'takes no settings']
  ])('%j is not understood', async (args, sentence) => {
    expect(await run(args)).toMatchObject({ code: 64, out: '', errors: expect.stringContaining(sentence) })
  })

  it('come out of the file of AWS by an import, and the file keeps its other settings', async () => {
    const { id, secret } = aws.newPair()
    const file = join(world.home, 'credentials')
    const pair = `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`
    writeFileSync(file, `[work]\n${pair}region = eu-west-1\n[other]\noutput = json\n`, { mode: 0o600 })
    const { code, out } = await world.latchkey(['import', file, '--remove-plaintext'])
    expect([code, out]).toEqual([0, expect.stringContaining('AWS · work')])
    expect(out).not.toContain(secret)
    expect(readFileSync(file, 'utf8')).toBe('[work]\nregion = eu-west-1\n[other]\noutput = json\n')
    await run(['set', '--account', 'work', '--role', ROLE, '--endpoint', world.origin])
    await run(['session', '--account', 'work'])
    expect(aws.asks).toEqual([{ action: 'AssumeRole', keyId: id, refused: null }])
  })
})
