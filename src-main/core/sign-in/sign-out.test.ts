import { beforeEach, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { OAuthGrant } from '../credential-record.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleGrant } from '../testing/samples.ts'
import { signOut } from './sign-out.ts'

const { ref } = sampleGrant()
let repository: MemoryRepository
let order: string[]

const tokens = {
  current: () => repository.load(ref),
  exclusively: <T>(_ref: unknown, task: () => Promise<T>): Promise<T> => task()
}
const oauth = {
  revoke: async (grant: OAuthGrant) => {
    order.push(repository.find(ref) === null ? 'revoked after it was removed' : 'revoked while it was there')
    return grant.tokens.refreshToken === null ? ('no' as const) : ('yes' as const)
  }
}

beforeEach(async () => {
  repository = new MemoryRepository()
  order = []
  await repository.save(sampleGrant())
})

it('deletes here at once and waits for no provider with that', async () => {
  expect(await signOut({ oauth, repository, tokens }, ref)).toEqual({ removed: true, revoked: 'yes' })
  expect(order).toEqual(['revoked after it was removed'])
})

it('ends nothing at the provider that can not be deleted here', async () => {
  repository.remove = () => Promise.reject(new VaultError('KEYCHAIN_LOCKED'))
  await expect(signOut({ oauth, repository, tokens }, ref)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  expect(order).toEqual([])
})

it('deletes what can not be read, and claims no revocation', async () => {
  repository.failLoad = new VaultError('CREDENTIAL_UNREADABLE')
  expect(await signOut({ oauth, repository, tokens }, ref)).toEqual({ removed: true, revoked: 'no' })
})
