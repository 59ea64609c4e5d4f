import { queryObjects } from 'node:v8'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { PasswordRequest } from '../../../src-main/core/oauth-client.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { type GoTrueServer, startGoTrue } from '../../support/gotrue-server.ts'
import { ending, oauthWorld, refOf, type World } from '../../support/oauth-world.ts'

const ANA = { email: 'ana@example.test', password: 'correct horse battery staple 0815' }
const BOB = { email: 'bob@example.test', password: 'tr0ub4dor and three 4711' }

let project: GoTrueServer
let world: World
/** The password of each request, for as long as other code holds it. */
let passwords: WeakRef<Secret>[]

beforeEach(async () => {
  project = await startGoTrue()
  project.addUser(ANA)
  project.addUser(BOB)
  world = oauthWorld()
  passwords = []
  const { signInWithPassword } = world.oauth
  Object.assign(world.oauth, {
    signInWithPassword: (request: PasswordRequest) => {
      passwords.push(new WeakRef(request.password))
      return signInWithPassword(request)
    }
  })
})
afterEach(async () => {
  await world.signIns.close()
  await project.close()
})

const signIn = (login: typeof ANA): Promise<SignInProgress> =>
  world.signIns.startWithPassword({
    kind: 'new',
    project: project.url,
    projectKey: project.key,
    name: 'Shop',
    ...login
  })

/** Number of passwords that are still held. */
async function held(): Promise<number> {
  // A weak reference keeps its target until the end of the job that made or read it.
  await new Promise((resolve) => setTimeout(resolve, 0))
  queryObjects(Secret, { format: 'count' })
  return passwords.filter((password) => password.deref() !== undefined).length
}

it('The password of a completed sign-in is not held in memory', async () => {
  expect((await signIn(ANA)).state.kind).toBe('done')
  expect(passwords).toHaveLength(1)
  expect(await held()).toBe(0)
})

it('The password of a refused sign-in is not held in memory', async () => {
  const refused = await signIn({ ...ANA, password: 'wrong' }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'SIGN_IN_DENIED' })
  project.disturb('/token', { kind: 'lose' })
  const lost = await signIn(ANA).catch((error: unknown) => error)
  expect(lost).toMatchObject({ code: 'PROVIDER_UNREACHABLE' })
  expect(passwords).toHaveLength(2)
  expect(await held()).toBe(0)
})

it('The password is not held in memory during the question about another account, or after it', async () => {
  const ref = refOf((await signIn(ANA)).state)
  const again = { kind: 'again', credential: credentialKey(ref), projectKey: null } as const
  const asked = await world.signIns.startWithPassword({ ...again, ...BOB })
  expect(asked.state.kind).toBe('other-account')
  expect(passwords).toHaveLength(2)
  expect(await held()).toBe(0)
  world.signIns.answerOtherAccount(asked.attempt, 'add')
  expect((await ending(world)).kind).toBe('done')
  expect(await held()).toBe(0)
})
