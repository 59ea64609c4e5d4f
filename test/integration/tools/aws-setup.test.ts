import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEVICE, ROLE, USER } from '../../support/aws-service.ts'
import { assumed, AwsWorld } from '../../support/aws-world.ts'
import { describeProgram } from '../../support/programs.ts'

const CTRL_C = '\u0003'

describeProgram('aws', 'apt-get install awscli', () => {
  let world: AwsWorld
  beforeAll(async () => {
    world = await AwsWorld.start()
    mkdirSync(dirname(world.config))
  })
  afterAll(() => world.end())
  beforeEach(async () => {
    await world.begin()
    for (const file of [world.config, world.credentials]) rmSync(file, { force: true })
  })

  async function doctorRow(id: string): Promise<unknown> {
    const { out } = await world.latchkey('doctor', '--json', 'rows')
    return (JSON.parse(out) as { readonly rows: readonly { id: string }[] }).rows.find((row) => row.id === id)
  }
  const toolsRow = () => doctorRow('tools')
  /** From outside: the vault was started in another home. */
  async function pairsRow(): Promise<unknown> {
    await world.vault.endVault()
    return await doctorRow('aws-pairs')
  }

  it('is told what to do first where Latchkey has no pair', async () => {
    expect(await world.latchkey('setup', 'aws')).toMatchObject({
      code: 4,
      errors: expect.stringContaining('latchkey import ~/.aws/credentials')
    })
  })

  it('is set up by one line, which a dry run only shows, and which unsetup takes back to the byte', async () => {
    await world.add('default')
    const mine = '# mine\n[default]\nregion = eu-west-1\n'
    writeFileSync(world.config, mine)
    const lines = ['~/.aws/config', '+ credential_process = latchkey-aws --account default', '']
    expect(await world.latchkey('setup', 'aws', '--dry-run')).toEqual({
      code: 0,
      out: lines.join('\n'),
      errors: ''
    })
    expect(readFileSync(world.config, 'utf8')).toBe(mine)
    const done = await world.latchkey('setup', 'aws')
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('“latchkey approvals”: aws for')])
    expect(await world.vault.answer('always')).toMatchObject({
      helper: 'aws',
      account: 'default',
      scope: null
    })
    expect((await world.latchkey('setup', 'aws')).out).toBe('Nothing has to be changed.\n')
    expect(await world.whoIs('default')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
    expect((await world.latchkey('unsetup', 'aws')).code).toBe(0)
    expect(readFileSync(world.config, 'utf8')).toBe(mine)
  })

  it('leaves its role and its device to Latchkey, and gets them back', async () => {
    const mine = `[profile prod]\nrole_arn = ${ROLE}\nsource_profile = default\nmfa_serial = ${DEVICE}\n`
    writeFileSync(world.config, mine)
    const { code, out } = await world.latchkey('setup', 'aws', '--profile', 'prod')
    expect([code, out]).toEqual([0, expect.stringContaining(`--mfa-device ${DEVICE}`)])
    await world.whoIs('prod')
    expect(await world.vault.answer('always')).toMatchObject({
      helper: 'aws',
      account: 'default',
      scope: ROLE
    })
    expect(await world.whoIs('prod')).toEqual({ code: 0, out: assumed(ROLE), errors: '' })
    await world.latchkey('unsetup', 'aws', '--profile', 'prod')
    expect(readFileSync(world.config, 'utf8')).toBe(mine)
  })

  it('of a pair in the clear says that AWS reads it first, and how it is moved', async () => {
    const { id, secret } = world.sts.newPair()
    writeFileSync(world.credentials, `[work]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`)
    expect(await world.latchkey('setup', 'aws', '--profile', 'work')).toMatchObject({
      code: 64,
      errors: expect.stringContaining('Name the account of Latchkey with --account: default.')
    })
    const moved = await world.latchkey('import', world.credentials)
    expect(moved).toMatchObject({ code: 0, out: expect.stringContaining('AWS · work') })
    const noted = await world.latchkey('setup', 'aws', '--profile', 'work', '--no-prompt')
    expect(noted.out).toContain('latchkey import ~/.aws/credentials --remove-plaintext')
    expect(await world.latchkey('import', world.credentials, '--remove-plaintext')).toMatchObject({ code: 0 })
    expect(existsSync(world.credentials)).toBe(false)
    const again = await world.latchkey('setup', 'aws', '--profile', 'work', '--no-prompt')
    expect(again.out).toBe('Nothing has to be changed.\n')
    await world.allow('work')
    expect(await world.whoIs('work')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
  })

  describe('with a pair of its own in the clear', () => {
    let pair: { readonly id: string; readonly secret: string }
    beforeEach(() => {
      pair = world.sts.newPair()
      const keys = (id: string, secret: string): string =>
        `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`
      const other = world.sts.newPair()
      rest = `[other]\n${keys(other.id, other.secret)}`
      writeFileSync(world.credentials, `[ci]\n${keys(pair.id, pair.secret)}${rest}`)
    })
    let rest: string
    const text = (): string => readFileSync(world.credentials, 'utf8')

    /** Sets the profile up at a terminal, and answers its questions. */
    async function atTerminal(...answers: readonly (readonly [question: string, answer: string])[]) {
      const { HOME = '', PATH = '' } = world.tool.env
      const command = world.vault.commandLine(['setup', 'aws', '--profile', 'ci'])
      const setup = world.vault.terminal(`HOME='${HOME}' PATH='${PATH}' ${command}`)
      for (const [question, answer] of answers) {
        await setup.says(question)
        setup.type(answer === CTRL_C ? answer : `${answer}\n`)
      }
      const code = await setup.ended
      const out = Buffer.from(setup.out, 'latin1').toString().replaceAll('\r\n', '\n')
      for (const secret of world.sts.secrets()) expect(out).not.toContain(secret)
      return { code, out }
    }

    it('shows the move in a dry run, and changes nothing', async () => {
      const before = text()
      const { code, out } = await world.latchkey('setup', 'aws', '--profile', 'ci', '--dry-run')
      expect(code).toBe(0)
      expect(out).toContain(
        `- the pair AKIA…${pair.id.slice(-4)} of the profile ci, which moves into Latchkey if you say so`
      )
      expect(text()).toBe(before)
      expect(existsSync(world.config)).toBe(false)
      expect(await listed()).not.toContain('ci')
    })

    it('leaves everything as it is where the person says no', async () => {
      const before = text()
      const { code, out } = await atTerminal(['into Latchkey?', 'n'])
      expect(code).toBe(4)
      expect(out).toContain('It was not moved: you did not say so. ~/.aws/credentials still holds the pair')
      expect(text()).toBe(before)
      expect(existsSync(world.config)).toBe(false)
      expect(await listed()).not.toContain('ci')
    })

    it('leaves everything as it is after Ctrl-C at the question of the move', async () => {
      const before = text()
      const { code } = await atTerminal(['into Latchkey?', CTRL_C])
      expect(code).toBe(130)
      expect(text()).toBe(before)
      expect(existsSync(world.config)).toBe(false)
      expect(await listed()).not.toContain('ci')
    })

    it('is set up, and may be taken back, after Ctrl-C at the question of the approval', async () => {
      const { code } = await atTerminal(['into Latchkey?', 'y'], ['Allow it:', CTRL_C])
      expect(code).toBe(130)
      expect(text()).toBe(rest)
      expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'aws' })
      expect(await world.vault.answer('always')).toMatchObject({ helper: 'aws', account: 'ci' })
      expect(await world.whoIs('ci')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
      expect((await world.latchkey('unsetup', 'aws', '--profile', 'ci')).code).toBe(0)
      expect((await world.latchkey('sign-out', '--forget', 'aws', 'ci')).code).toBe(0)
    })

    it('moves it once it is read back, and the profile works without the file', async () => {
      expect(await pairsRow()).toMatchObject({
        state: 'warning',
        fact: '2 pairs of access keys in ~/.aws/credentials: ci, other'
      })
      const { code, out } = await atTerminal(['into Latchkey?', 'y'], ['Allow it:', 'a'])
      expect(out).toContain(
        `Move the pair AKIA…${pair.id.slice(-4)} of the profile ci out of ~/.aws/credentials`
      )
      expect(code).toBe(0)
      expect(text()).toBe(rest)
      expect(await world.whoIs('ci')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
      expect(await pairsRow()).toMatchObject({
        fact: '1 pair of access keys in ~/.aws/credentials: other'
      })
      expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'aws' })
      const undone = await world.latchkey('unsetup', 'aws', '--profile', 'ci')
      expect(undone.out).toContain(
        'Note: The pair of the profile ci was moved into Latchkey and is not written back'
      )
      expect(text()).toBe(rest)
    })

    it('does not move another pair than the one that Latchkey has under this name', async () => {
      const before = text()
      const { code, out } = await atTerminal(['into Latchkey?', 'y'], ['Allow it:', 'a'])
      expect(code).toBe(0)
      expect(out).toContain('It was not moved: Latchkey keeps another one under this name.')
      expect(text()).toBe(before)
    })
  })

  const listed = async (): Promise<string> => (await world.latchkey('status', '--json', 'all')).out

  it('is taken back for one profile, and the doctor goes on to look for the others', async () => {
    for (const profile of ['one', 'two'])
      await world.latchkey('setup', 'aws', '--profile', profile, '--account', 'default', '--no-prompt')
    await world.latchkey('unsetup', 'aws', '--profile', 'one')
    expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'aws' })
    writeFileSync(world.config, '')
    expect(await toolsRow()).toMatchObject({
      state: 'warning',
      fact: `changed since the setup: aws in ${world.config}`
    })
    await world.latchkey('unsetup', 'aws')
    expect(await toolsRow()).toMatchObject({ state: 'ok', fact: 'none' })
  })

  it('leaves no file where there was none', async () => {
    await world.latchkey('setup', 'aws', '--no-prompt')
    expect(existsSync(world.config)).toBe(true)
    await world.latchkey('unsetup', 'aws')
    expect(existsSync(world.config)).toBe(false)
  })

  it.each([
    ['[default]\nsso_session = work\n', ['setup', 'aws'], 'signs in by SSO'],
    ['', ['setup', 'git', '--profile', 'x'], 'belongs to aws'],
    ['', ['setup', 'aws', '--profile', 'a]b'], 'can’t be set up']
  ])('is refused, and nothing is changed: %j %j', async (mine, args, sentence) => {
    writeFileSync(world.config, mine)
    expect(await world.latchkey(...args)).toMatchObject({
      code: 64,
      errors: expect.stringContaining(sentence)
    })
    expect(readFileSync(world.config, 'utf8')).toBe(mine)
  })
})
