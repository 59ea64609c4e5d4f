import { expect, it } from 'vitest'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleKey } from '../testing/samples.ts'
import { credentialShower } from './shown-credential.ts'

const directory = { find: (service: string) => (service === 'github' ? { name: 'GitHub' } : null) }

async function shower(name: string) {
  const repository = new MemoryRepository()
  await repository.save({ ...sampleKey(), name })
  return credentialShower({ repository, directory })
}

it('a credential is called as in the list', async () => {
  const show = await shower('Stripe, live')
  expect(show('["stripe","default"]')).toEqual({
    service: 'stripe',
    name: 'Stripe, live',
    account: 'default'
  })
})

it('a credential that was removed is called as its provider, and that of an unknown one by its id', async () => {
  const show = await shower('Stripe')
  expect(show('["github","ana@example.com"]')).toMatchObject({ name: 'GitHub', account: 'ana@example.com' })
  expect(show('["sso.example.net","ana"]').name).toBe('sso.example.net')
})

it('what can not be seen in a name or an account is marked', async () => {
  const show = await shower('Stri\u202Epe')
  expect(show('["stripe","default"]').name).toBe('Stri�pe')
  expect(show('["github","a\u200Bna"]').account).toBe('a�na')
})

it('a key that is none shows nothing of itself', async () => {
  const show = await shower('Stripe')
  expect(show('not a key')).toEqual({ service: '?', name: '?', account: '?' })
})
