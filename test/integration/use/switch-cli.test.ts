import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CliEnd } from '../../support/run-cli.ts'
import { UseWorld } from '../../support/use-world.ts'

const [HOME, WORK] = ['STRIPE_HOME_KEY', 'STRIPE_WORK_KEY']

let world: UseWorld
let top: string
let work: string
beforeAll(async () => {
  const keys = {
    [HOME]: 'sk_test_4eC39HqLyjWDarjtT1zdp7dcHome00',
    [WORK]: 'sk_test_4eC39HqLyjWDarjtT1zdp7dcWork00'
  }
  world = await UseWorld.start({ keys, services: ['stripe'] })
  top = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey-switch-')))
  work = join(top, 'work')
  mkdirSync(join(work, 'app'), { recursive: true })
})
afterAll(async () => {
  rmSync(top, { recursive: true })
  await world.end()
})
beforeEach(async () => {
  const { out } = await latchkey(top, 'switch', '--list', '--json', 'all')
  for (const { service, folder, owner, client } of JSON.parse(out) as readonly Record<
    string,
    string | null
  >[]) {
    const of = owner !== null ? ['--owner', owner] : client !== null ? ['--client', client] : ['--here']
    const place = folder ?? top
    expect(
      (await latchkey(place ?? top, 'switch', '--remove', service ?? '', ...(of as string[]))).code
    ).toBe(0)
  }
})

/** Runs a command in a folder. */
async function latchkey(folder: string, ...args: readonly string[]): Promise<CliEnd> {
  const words = [process.execPath, resolve('bin/latchkey.mjs'), ...args].map((word) => `'${word}'`).join(' ')
  const running = world.shell(`cd '${folder}' && exec ${words}`)
  running.child.stdin?.end()
  const code = await running.ended
  return { code: Number(code), out: running.out, errors: running.errors }
}

/** The account that a request in a folder is asked about. */
async function askedAbout(folder: string, ...more: readonly string[]): Promise<string> {
  const request = ['request', 'stripe', `${world.origin}/x`, '--no-prompt', ...more]
  expect(await latchkey(folder, ...request)).toMatchObject({ code: 77 })
  return (await world.answer('denied')).account
}

const UNNAMED = 'This service has several accounts. Name one'

describe('latchkey switch', () => {
  it('chooses the account in a folder and below, and nowhere else', async () => {
    expect(await latchkey(work, 'switch', 'stripe', WORK)).toEqual({
      code: 0,
      errors: '',
      out: `stripe is ${WORK} in ${work} and below.\n`
    })
    expect(await askedAbout(work)).toBe(WORK)
    expect(await askedAbout(join(work, 'app'))).toBe(WORK)
    expect(await askedAbout(work, '--account', HOME)).toBe(HOME)
    const elsewhere = await latchkey(top, 'request', 'stripe', `${world.origin}/x`, '--no-prompt')
    expect(elsewhere.code).toBe(64)
    expect(elsewhere.errors).toContain(UNNAMED)
  })

  it('chooses by the owner of a remote of the repository', async () => {
    const repository = join(top, 'clone')
    mkdirSync(repository, { recursive: true })
    execFileSync('git', ['init', '-q'], { cwd: repository })
    execFileSync('git', ['remote', 'add', 'origin', 'git@github.com:Acme/app.git'], { cwd: repository })
    expect((await latchkey(top, 'switch', 'stripe', HOME, '--owner', 'Acme')).out).toBe(
      `stripe is ${HOME} in repositories of acme.\n`
    )
    expect(await askedAbout(repository)).toBe(HOME)
    await latchkey(repository, 'switch', 'stripe', WORK, '--here')
    expect(await askedAbout(repository)).toBe(WORK)
  })

  it('chooses for a paired program, wherever that runs', async () => {
    const keyFile = join(top, 'agent.key')
    expect((await latchkey(top, 'pair', 'agent', '--key-file', keyFile)).code).toBe(0)
    await latchkey(work, 'switch', 'stripe', WORK, '--here')
    expect((await latchkey(top, 'switch', 'stripe', HOME, '--client', 'agent')).code).toBe(0)
    const running = world.shell(
      `cd '${work}' && LATCHKEY_CLIENT_KEY='${keyFile}' exec '${process.execPath}' '${resolve('bin/latchkey.mjs')}' request stripe '${world.origin}/x' --no-prompt`
    )
    expect(await running.ended).toBe(77)
    expect(await world.answer('denied')).toMatchObject({ account: HOME, client: { name: 'agent' } })
    expect(await askedAbout(work)).toBe(WORK)
    const nobody = await latchkey(top, 'switch', 'stripe', HOME, '--client', 'nobody')
    expect([nobody.code, nobody.errors]).toEqual([
      64,
      'latchkey: No program of this name is paired. “latchkey pair --list” lists them. (INVALID_REQUEST)\n'
    ])
  })

  it('holds for relays, runs, values and tools, too', async () => {
    await latchkey(work, 'switch', 'stripe', WORK)
    expect((await latchkey(work, 'relay', 'stripe', '--host', world.host, '--no-prompt')).code).toBe(77)
    expect((await world.answer('denied')).account).toBe(WORK)
    const revealed = await latchkey(work, 'run', '--no-prompt', '--reveal', 'KEY=stripe', '--', 'true')
    expect(revealed.code).toBe(77)
    expect(await world.answer('denied')).toMatchObject({ account: WORK, mode: 'reveal' })
    expect((await latchkey(work, 'token', 'stripe', '--no-prompt')).code).toBe(77)
    expect((await world.answer('denied')).account).toBe(WORK)
    const config = { method: 'GET', url: `${world.origin}/tool` }
    const auth = { auth_service: 'stripe', required_scope: 'charges' }
    const manifest = { tool_id: 'charges', executor_id: 'http_client', version: '1.0.0', ...auth, config }
    writeFileSync(join(work, 'tool.json'), JSON.stringify(manifest))
    expect((await latchkey(work, 'tool', 'tool.json', 'charges', '--no-prompt')).code).toBe(77)
    expect((await world.answer('denied')).account).toBe(WORK)
  })

  it('holds for a program that uses the client, and for what that sees', async () => {
    await latchkey(work, 'switch', 'stripe', WORK)
    const script = `
      import { connect } from '${resolve('src-main/client.ts')}'
      const vault = await connect()
      const asked = await vault.getToken('stripe', { waits: false }).catch((error) => error.name)
      console.log(await vault.isAuthenticated('stripe'), asked)`
    writeFileSync(join(work, 'program.mjs'), script)
    const running = world.shell(`cd '${work}' && exec '${process.execPath}' program.mjs`)
    expect([await running.ended, running.out, running.errors]).toEqual([0, 'true ApprovalRequired\n', ''])
    expect((await world.answer('denied')).account).toBe(WORK)
  })

  it('is listed with what decides here, and shown by status and show', async () => {
    await latchkey(work, 'switch', 'stripe', WORK)
    await latchkey(top, 'switch', 'stripe', HOME, '--owner', 'acme')
    const { out } = await latchkey(work, 'switch', '--list', '--json', 'account,folder,owner,holds')
    expect(JSON.parse(out)).toEqual([
      { account: WORK, folder: work, owner: null, holds: true },
      { account: HOME, folder: null, owner: 'acme', holds: false }
    ])
    const line = `Here stripe is ${WORK}: your rule in ${work} and below.`
    expect((await latchkey(work, 'status')).out).toContain(line)
    expect((await latchkey(top, 'status')).out).not.toContain('your rule')
    const shown = await latchkey(work, 'show', 'stripe', '--json', 'account')
    expect(JSON.parse(shown.out)).toEqual({ account: WORK })
  })

  it('is kept over a restart of the vault, and ends when it is removed', async () => {
    await latchkey(work, 'switch', 'stripe', WORK)
    await world.endVault()
    expect(await askedAbout(work)).toBe(WORK)
    const removed = await latchkey(work, 'switch', '--remove', 'stripe')
    expect(removed).toMatchObject({ code: 0, errors: '' })
    expect((await latchkey(work, 'switch', '--list')).out).toBe('No rule chooses an account.\n')
    expect((await latchkey(work, 'switch', '--remove', 'stripe')).code).toBe(64)
  })

  it('refuses an account that is not kept, and never takes another one in its place', async () => {
    const unknown = await latchkey(work, 'switch', 'stripe', 'NOBODY')
    expect([unknown.code, unknown.errors]).toEqual([
      4,
      'latchkey: There is no entry with this service and account. (UNKNOWN_SERVICE)\n'
    ])
    await latchkey(work, 'switch', 'stripe', WORK)
    expect((await latchkey(work, 'sign-out', '--forget', 'stripe', WORK)).code).toBe(0)
    const gone = await latchkey(work, 'request', 'stripe', `${world.origin}/x`, '--no-prompt')
    expect(gone.code).toBe(4)
    expect(gone.errors).toContain('The account that your rule chooses here is no longer kept.')
  })
})
