import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AuditRowView } from '#shared/broker/audit.ts'
import { CODE, DEVICE, GUARDED_ROLE, ROLE, USER } from '../../support/aws-service.ts'
import { assumed, AwsWorld } from '../../support/aws-world.ts'
import { describeProgram } from '../../support/programs.ts'
import { type KeyringSession, startKeyringSession } from '../storage/keyring-session.ts'

describeProgram('aws', 'apt-get install awscli', () => {
  let world: AwsWorld
  let session: KeyringSession

  beforeAll(async () => {
    session = await startKeyringSession()
    await session.startDaemon()
    const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = session.environment
    world = await AwsWorld.start({ DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, LATCHKEY_STORE: 'keychain' })
    await world.add('default')
    await world.add('role', '--role', ROLE)
    await world.add('mfa', '--mfa-device', DEVICE, '--role', GUARDED_ROLE)
    const profiles = ['default', 'role', 'mfa'].map((name) => profile(name, `--account ${name}`))
    const byRole = profile('by-role', `--account default --role ${ROLE}`)
    mkdirSync(dirname(world.config))
    writeFileSync(world.config, [...profiles, byRole].join(''))
  })
  afterAll(async () => {
    await world.end()
    await session.close()
  })
  beforeEach(() => world.begin())

  const profile = (name: string, args: string): string =>
    `[profile ${name}]\ncredential_process = ${join(world.tool.folder, 'bin', 'latchkey-aws')} ${args}\n`

  /** How often the helper was given something. */
  async function given(): Promise<number> {
    const { out } = await world.vault.latchkey(['audit', '--json', 'all'])
    const rows = JSON.parse(out) as readonly AuditRowView[]
    return rows.filter(({ action, kind, code }) => action === 'helper' && kind === 'outcome' && code === null)
      .length
  }

  it('is told what to do until the person allows it for AWS', async () => {
    const refused = await world.whoIs('default')
    expect(refused.code).not.toBe(0)
    expect(refused.errors).toContain(
      'latchkey: Allow it in Latchkey’s window or with “latchkey approvals”, then repeat.'
    )
    expect(await world.vault.answer('always')).toMatchObject({
      mode: 'helper',
      helper: 'aws',
      host: 'amazonaws.com:443',
      service: 'aws',
      account: 'default'
    })
    expect(await world.whoIs('default')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
    expect(world.sts.asks).toEqual([
      { action: 'GetCallerIdentity', keyId: expect.stringMatching(/^AKIA/), refused: null }
    ])
  })

  it('is denied what the person denies', async () => {
    await world.whoIs('default')
    await world.vault.answer('denied')
    expect((await world.whoIs('default')).code).not.toBe(0)
    expect(world.sts.asks).toEqual([])
    await world.vault.answer('denied')
  })

  it('is given a session of the role, which is made once and asked for once in a command', async () => {
    await world.allow('role')
    const before = await given()
    expect(await world.whoIs('role')).toEqual({ code: 0, out: assumed(ROLE), errors: '' })
    expect(await given()).toBe(before + 1)
    expect(await world.whoIs('role')).toMatchObject({ code: 0, out: assumed(ROLE) })
    expect(await given()).toBe(before + 2)
    const actions = world.sts.asks.map(({ action }) => action)
    expect(actions).toEqual(['AssumeRole', 'GetCallerIdentity', 'GetCallerIdentity'])
  })

  it('is given a session of another role only where that role was allowed', async () => {
    await world.allow('default')
    expect((await world.whoIs('by-role')).code).not.toBe(0)
    expect(await world.vault.answer('always')).toMatchObject({ helper: 'aws', scope: ROLE })
    expect(await world.whoIs('by-role')).toEqual({ code: 0, out: assumed(ROLE), errors: '' })
  })

  it('is told to open a session where AWS wants a code, and works when it is open', async () => {
    await world.allow('mfa')
    const refused = await world.whoIs('mfa')
    expect(refused.code).not.toBe(0)
    expect(refused.errors).toContain('Run “latchkey aws session --account mfa”.')
    expect((await world.vault.latchkey(['aws', 'session', '--account', 'mfa'], `${CODE}\n`)).code).toBe(0)
    expect(await world.whoIs('mfa')).toEqual({ code: 0, out: assumed(GUARDED_ROLE), errors: '' })
  })

  it('is answered where no vault runs, by one that is started', async () => {
    await world.allow('default')
    await world.vault.endVault()
    expect(await world.whoIs('default')).toEqual({ code: 0, out: `${USER}\n`, errors: '' })
  })

  it('is told that the keychain is locked, also where a session of the role was made before', async () => {
    await world.allow('role')
    expect(await world.whoIs('role')).toMatchObject({ code: 0 })
    world.sts.asks.length = 0
    session.lock()
    const locked = await world.whoIs('role')
    expect(locked.code).not.toBe(0)
    expect(locked.errors).toContain('latchkey: The keychain is locked. Unlock it and try again.')
    expect(world.sts.asks).toEqual([])
  })
})
