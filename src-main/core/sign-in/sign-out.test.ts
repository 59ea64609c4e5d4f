import { beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant } from '../testing/samples.ts'
import { MemorySignOuts } from '../testing/memory-sign-outs.ts'
import { signOut } from './sign-out.ts'

const { ref } = sampleGrant()
let repository: MemoryRepository
let order: string[]
let signOuts: MemorySignOuts
let answer: 'yes' | 'no' | 'unsupported'
const now = new Date('2026-11-21T12:00:00Z')

const tokens = {
  current: () => repository.load(ref),
  exclusively: <T>(_ref: unknown, task: () => Promise<T>): Promise<T> => task()
}
const revoke = async (): Promise<typeof answer> => {
  order.push(repository.find(ref) === null ? 'revoked after it was removed' : 'revoked while it was there')
  return answer
}
let oauth: { revoke: () => Promise<typeof answer> }

const ports = () => ({
  clock: { now: () => now },
  oauth,
  repository,
  signOuts,
  tokens
})

beforeEach(async () => {
  repository = new MemoryRepository()
  order = []
  signOuts = new MemorySignOuts()
  answer = 'yes'
  oauth = { revoke }
  await repository.save(sampleGrant())
})

it('deletes here at once and waits for no provider with that', async () => {
  expect(await signOut(ports(), ref)).toEqual({ removed: true, revoked: 'yes', isNoted: false })
  expect(order).toEqual(['revoked after it was removed'])
})

it('ends nothing at the provider that can not be deleted here', async () => {
  repository.remove = () => Promise.reject(new VaultError('KEYCHAIN_LOCKED'))
  await expect(signOut(ports(), ref)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(order).toEqual([])
})

it('deletes what can not be read, and claims no revocation', async () => {
  repository.failLoad = new VaultError('CREDENTIAL_UNREADABLE')
  expect(await signOut(ports(), ref)).toEqual({ removed: true, revoked: 'no', isNoted: true })
})

describe('a sign-out that the provider did not confirm', () => {
  const { provider } = sampleGrant()
  const save = async (help: string | null) =>
    void (await repository.save({ ...sampleGrant(), provider: { ...provider, help } }))

  it('is remembered by name, account, host, day and page, and by nothing of its tokens', async () => {
    await save('https://op.example.test/apps')
    answer = 'no'
    expect(await signOut(ports(), ref)).toEqual({ removed: true, revoked: 'no', isNoted: true })
    const [note] = signOuts.list()
    expect(note).toEqual({
      id: '1',
      isTold: false,
      name: provider.name,
      account: ref.account,
      host: provider.endpoints.issuer.replace('https://', ''),
      page: 'https://op.example.test/apps',
      at: now
    })
  })

  it.each([
    ['yes', null, false],
    ['yes', 'https://op.example.test/apps', false],
    ['no', null, true],
    ['unsupported', 'https://op.example.test/apps', true],
    ['unsupported', null, false],
    ['unsupported', 'http://op.example.test/apps', false]
  ] as const)('is noted when it is worth it: %s, page %s', async (revoked, help, isNoted) => {
    await save(help)
    answer = revoked
    expect(await signOut(ports(), ref)).toEqual({ removed: true, revoked, isNoted })
    expect(signOuts.list()).toHaveLength(isNoted ? 1 : 0)
  })

  it('leads to where programs are shut out, rather than to where they are registered', async () => {
    const accessPage = 'https://op.example.test/access'
    const pages = { help: 'https://op.example.test/apps', accessPage }
    await repository.save({ ...sampleGrant(), provider: { ...provider, ...pages } })
    answer = 'unsupported'
    await signOut(ports(), ref)
    expect(signOuts.list()).toMatchObject([{ page: accessPage }])
  })

  it('is noted before anything ends, so that no crash loses it', async () => {
    const note = (moment: string) => order.push(`${moment}: ${String(signOuts.list().length)} noted`)
    const remove = repository.remove.bind(repository)
    repository.remove = (of) => {
      note('removing')
      return remove(of)
    }
    oauth.revoke = async () => {
      note('revoking')
      return 'yes'
    }
    await signOut(ports(), ref)
    expect(order).toEqual(['removing: 1 noted', 'revoking: 1 noted'])
    expect(signOuts.list()).toEqual([])
  })

  it('is not noted while the credential could not be deleted here', async () => {
    repository.remove = () => Promise.reject(new VaultError('KEYCHAIN_LOCKED'))
    await expect(signOut(ports(), ref)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
    expect(signOuts.list()).toEqual([])
  })

  it('goes on when it can not be written down, and says that it is not', async () => {
    answer = 'no'
    signOuts.add = () => {
      throw new VaultError('STORE_WRITE_FAILED')
    }
    expect(await signOut(ports(), ref)).toEqual({ removed: true, revoked: 'no', isNoted: false })
  })

  it('stays noted after a later sign-in to the same account', async () => {
    answer = 'no'
    await signOut(ports(), ref)
    await repository.save(sampleGrant())
    answer = 'yes'
    await signOut(ports(), ref)
    expect(signOuts.list()).toHaveLength(1)
  })
})
