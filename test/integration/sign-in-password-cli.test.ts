import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScanner } from '../support/canary-scan.ts'
import { type GoTrueServer, startGoTrue } from '../support/gotrue-server.ts'
import { TerminalSignIn } from '../support/terminal-sign-in.ts'

const PASSWORD = 'planted-password-0123456789'
const EMAIL = 'ana@example.test'

let project: GoTrueServer
let world: TerminalSignIn
beforeEach(async () => {
  project = await startGoTrue()
  project.addUser({ email: EMAIL, password: PASSWORD })
  world = await TerminalSignIn.start()
})
afterEach(async () => {
  await world.end()
  await project.close()
})

const first = (): readonly string[] => ['auth', 'signin', 'Shop', '--issuer', project.url, '--email', EMAIL]
const secrets = () =>
  createScanner([
    { kind: 'password', value: PASSWORD },
    { kind: 'api-key', value: project.key },
    ...project.issued()
  ])

/** Every file below the home, as text. */
const files = (): string[] =>
  readdirSync(world.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))

describe('latchkey sign-in by the password of a project', () => {
  it('reads key and password from standard input, and neither is printed or left in a file', async () => {
    const ended = await world.latchkey(first(), `${project.key}\n${PASSWORD}\n`)
    expect([ended.code, ended.errors]).toEqual([0, ''])
    expect(ended.out).toMatch(/^Signed in to Shop as ana@example\.test\. Its name in commands is \S+\.\n$/)
    const scan = secrets()
    for (const text of [ended.out, ...files()]) expect(scan(text)).toEqual([])
    expect((await world.snapshot()).credentials).toMatchObject([{ name: 'Shop', signsInBy: 'password' }])
  })

  it('asks at a terminal without showing what is typed, and again for the password alone', async () => {
    const asked = world.inTerminal(first())
    await asked.says('Publishable key of the project: ')
    asked.type(`${project.key}\r`)
    await asked.says(`Password of ${EMAIL}: `)
    asked.type(`${PASSWORD}\r`)
    expect(await asked.ended).toBe(0)
    const again = world.inTerminal(['login', 'shop'])
    await again.says(`Password of ${EMAIL}: `)
    again.type(`${PASSWORD}\r`)
    expect(await again.ended).toBe(0)
    expect(again.out).toContain('Signed in to Shop as ana@example.test.')
    for (const { out } of [asked, again]) expect(secrets()(out)).toEqual([])
    expect((await world.snapshot()).credentials).toHaveLength(1)
  })

  it('says a wrong password in the house’s words, ends with 77 and keeps nothing', async () => {
    const { code, out, errors } = await world.latchkey(first(), `${project.key}\nwrong-${PASSWORD}\n`)
    expect([code, out]).toEqual([77, ''])
    expect(errors).toMatch(/^latchkey: .* \(SIGN_IN_DENIED\)\n$/)
    expect(secrets()(errors)).toEqual([])
    expect(await world.snapshot()).toMatchObject({ credentials: [], signIns: [] })
  })

  it('ends with 130 when nothing is typed, and tells the project nothing', async () => {
    const { code, errors } = await world.latchkey(first())
    expect([code, errors]).toEqual([130, 'latchkey: Nothing was entered, so nothing was changed.\n'])
    const typed = world.inTerminal(first())
    await typed.says('Publishable key of the project: ')
    typed.type('\u0003')
    expect(await typed.ended).toBe(130)
    expect(project.requests).toEqual([])
  })

  it('needs the e-mail address and the project', async () => {
    const bare = await world.latchkey(['sign-in', 'supabase-auth', '--email', EMAIL])
    expect([bare.code, bare.errors]).toEqual([
      64,
      'latchkey sign-in: Name the project with --issuer, such as https://abcdefgh.supabase.co. See “latchkey sign-in --help”.\n'
    ])
    const nobody = await world.latchkey(['sign-in', 'supabase-auth', '--issuer', project.url])
    expect([nobody.code, nobody.errors]).toEqual([
      64,
      'latchkey sign-in: A sign-in by password needs --email. See “latchkey sign-in --help”.\n'
    ])
  })
})
