import { expect, test } from 'vitest'
import { createKeyringOperations } from './keyring-operations.ts'
import type { KeyringModule } from './keyring-module.ts'

type Fake = { module: KeyringModule; constructed: string[]; log: string[]; stale: { left: number } }

function fakeKeyring(): Fake {
  const items = new Map<string, string>()
  const constructed: string[] = []
  const log: string[] = []
  const stale = { left: 0 }
  class Entry {
    readonly #account: string
    constructor(_service: string, account: string, options: unknown) {
      this.#account = account
      constructed.push(account)
      expect(options).toEqual({ linux: { store: 'secret-service' } })
    }
    async getPassword(): Promise<string | null> {
      if (stale.left > 0) {
        stale.left -= 1
        throw new Error('DBus error: The session does not exist')
      }
      return items.get(this.#account) ?? null
    }
    async setPassword(password: string): Promise<void> {
      log.push(`begin ${password}`)
      await new Promise((resolve) => setTimeout(resolve, 1))
      items.set(this.#account, password)
      log.push(`end ${password}`)
    }
    async deletePassword(): Promise<boolean> {
      return items.delete(this.#account)
    }
  }
  const findCredentials = () => [...items].map(([account, password]) => ({ account, password }))
  return { module: { Entry, findCredentials }, constructed, log, stale }
}

test('Operations on one account never overlap', async () => {
  const { module, log } = fakeKeyring()
  const keyring = createKeyringOperations({ module })
  await Promise.all(['1', '2', '3'].map((value) => keyring.set('s', 'a', value)))
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
})

test('The accounts of a service are told without their secrets', async () => {
  const { module } = fakeKeyring()
  const keyring = createKeyringOperations({ module })
  for (const account of ['a', 'b']) await keyring.set('s', account, `secret of ${account}`)
  expect(await keyring.accounts('s')).toEqual(['a', 'b'])
})

test('An entry is opened once and used again, and only so many stay open', async () => {
  const { module, constructed } = fakeKeyring()
  const keyring = createKeyringOperations({ module, keep: 2 })
  for (const account of ['a', 'a', 'b', 'a', 'c', 'a', 'b']) await keyring.get('s', account)
  expect(constructed).toEqual(['a', 'b', 'c', 'b'])
})

test('An entry that was prepared is open before its first use, and nothing is asked of it', async () => {
  const { module, constructed, log } = fakeKeyring()
  const keyring = createKeyringOperations({ module })
  await keyring.prepare('s', 'a')
  expect([constructed, log]).toEqual([['a'], []])
  await keyring.set('s', 'a', '1')
  expect(await keyring.get('s', 'a')).toBe('1')
  expect(constructed).toEqual(['a'])
})

test('After so many entries it asks to be replaced', async () => {
  const { module } = fakeKeyring()
  let worn = 0
  const keyring = createKeyringOperations({ module, keep: 1, wornAfter: 3, onWorn: () => (worn += 1) })
  for (const account of ['a', 'b', 'c', 'd']) await keyring.get('s', account)
  expect(worn).toBe(1)
})

test('A keychain that was restarted gets a new connection and one more try', async () => {
  const { module, stale } = fakeKeyring()
  const keyring = createKeyringOperations({ module })
  await keyring.set('s', 'a', 'value')
  stale.left = 1
  expect(await keyring.get('s', 'a')).toBe('value')
  stale.left = 2
  await expect(keyring.get('s', 'a')).rejects.toThrow('session does not exist')
})
