import { expect, test } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { toSummary } from '../../core/list/summary.ts'
import { textOf, viewWorld } from './named-views.testkit.ts'
import { ProviderKeyStorage } from './provider-key-storage.ts'
import { exampleApiKey } from '../storage.testkit.ts'

const KEY = 'sk-0123456789abcdef'

async function make(options: Parameters<typeof viewWorld>[0] = {}) {
  const world = await viewWorld(options)
  return { ...world, keys: new ProviderKeyStorage(world.ports) }
}

test('A key is saved under a name, listed, got and deleted', async () => {
  const { keys } = await make()
  await keys.saveKey('work', KEY)
  await keys.saveKey('Home', 'other-key-9876')
  expect(await keys.listKeys()).toEqual(['Home', 'work'])
  expect(textOf(await keys.getKey('work'))).toBe(KEY)
  expect(await keys.hasKey('work')).toBe(true)
  expect(await keys.deleteKey('work')).toBe(true)
  expect([await keys.getKey('work'), await keys.hasKey('work')]).toEqual([null, false])
  expect(await keys.listKeys()).toEqual(['Home'])
})

test('A key that is not there is null, and deleting it is false', async () => {
  const { keys } = await make()
  expect([await keys.getKey('absent'), await keys.hasKey('absent'), await keys.listKeys()]).toEqual([
    null,
    false,
    []
  ])
  expect(await keys.deleteKey('absent')).toBe(false)
})

test.each(['a', 'A.b_c-9', '.', '__proto__', 'n'.repeat(64)])('Takes the name %s', async (name) => {
  const { keys } = await make()
  await keys.saveKey(name, KEY)
  expect(textOf(await keys.getKey(name))).toBe(KEY)
  expect(await keys.listKeys()).toEqual([name])
})

test.each([
  ['empty', ''],
  ['of 65 characters', 'n'.repeat(65)],
  ['with a space', 'my key'],
  ['with a slash', '../key'],
  ['with a colon', 'a:b'],
  ['with a line end', 'key\n'],
  ['with NUL', 'a\0'],
  ['not in ASCII', 'schlüssel'],
  ['of an emoji', '🔑']
])('Refuses a name that is %s, says the rule and does not repeat the name', async (_what, name) => {
  const { keys, keychain } = await make()
  const says = {
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('1 to 64 letters, digits') as string
  }
  await expect(keys.saveKey(name, KEY)).rejects.toMatchObject(says)
  await expect(keys.getKey(name)).rejects.toMatchObject(says)
  await expect(keys.deleteKey(name)).rejects.toMatchObject(says)
  await expect(keys.hasKey(name)).rejects.toMatchObject(says)
  const error = await keys.saveKey(`pasted ${KEY}`, KEY).catch((thrown: Error) => thrown.message)
  expect(error).not.toContain(KEY)
  expect(keychain.calls).toEqual([])
})

test.each([
  ['spaces around it', `  ${KEY} \t`],
  ['a line feed at its end', `${KEY}\n`],
  ['CR and LF at its end', `${KEY}\r\n\r\n`],
  ['a line end before it', `\r\n${KEY}`]
])('Trims %s', async (_what, pasted) => {
  const { keys } = await make()
  await keys.saveKey('work', pasted)
  expect(textOf(await keys.getKey('work'))).toBe(KEY)
})

test.each([
  ['is empty', ''],
  ['is nothing but spaces and line ends', ' \r\n\t'],
  ['has a line end inside', 'sk-first\r\nHeader: second'],
  ['has NUL inside', 'sk-\0first']
])('Refuses a key that %s and keeps the old one', async (_what, key) => {
  const { keys } = await make()
  await keys.saveKey('work', KEY)
  await expect(keys.saveKey('work', key)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect(textOf(await keys.getKey('work'))).toBe(KEY)
})

test('Saving again replaces the key, leaves one entry and keeps the hosts it may be sent to', async () => {
  const { keys, repository, entries } = await make()
  const ref = { service: 'provider-key', account: 'work' }
  await repository.save({ ...exampleApiKey('first-key-000'), ref, allowedHosts: ['api.example.net'] })
  await keys.saveKey('work', KEY)
  expect(textOf(await keys.getKey('work'))).toBe(KEY)
  expect(entries().map(({ allowedHosts, masked }) => [allowedHosts, masked])).toEqual([
    [['api.example.net'], 'sk••••••••ef']
  ])
})

test('Names that differ in case are different keys', async () => {
  const { keys } = await make()
  await keys.saveKey('Work', 'upper-case-key')
  await keys.saveKey('work', 'lower-case-key')
  expect([textOf(await keys.getKey('Work')), textOf(await keys.getKey('work'))]).toEqual([
    'upper-case-key',
    'lower-case-key'
  ])
})

test('The app shows the key as an API key, masked, with its backend and its last use', async () => {
  const { keys, entries, time } = await make()
  await keys.saveKey('work', KEY)
  await keys.getKey('work')
  const [entry] = entries()
  const summary = entry && toSummary(entry, { now: time.now, refreshingSince: null })
  expect(summary).toMatchObject({
    id: credentialKey({ service: 'provider-key', account: 'work' }),
    kind: 'api-key',
    name: 'Provider key',
    account: 'work',
    status: { kind: 'valid' },
    expiry: { kind: 'never' },
    masked: 'sk••••••••ef',
    backend: 'keychain',
    lastUsedAt: time.now.toISOString()
  })
  expect(JSON.stringify(entries())).not.toContain(KEY)
})

test('Without a keychain the key goes to files where the policy allows it', async () => {
  const { keys, entries } = await make({ keychain: 'absent', files: 'allow' })
  await keys.saveKey('work', KEY)
  expect(textOf(await keys.getKey('work'))).toBe(KEY)
  expect(entries().map(({ backend }) => backend)).toEqual(['encrypted-file'])
})

test('Without a keychain the key goes nowhere where the policy denies files', async () => {
  const { keys, entries } = await make({ keychain: 'absent', files: 'deny' })
  await expect(keys.saveKey('work', KEY)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(entries()).toEqual([])
})

test('A key that can not be read is not absent, and stays where it is', async () => {
  const { keys, keychain, entries } = await make()
  await keys.saveKey('work', KEY)
  for (const name of keychain.items.keys()) keychain.items.set(name, 'not a record')
  await expect(keys.getKey('work')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await keys.listKeys()).toEqual(['work'])
  expect(entries()[0]?.health.kind).toBe('unreadable')
  expect(keychain.items.size).toBe(1)
})

test('A key past the end its owner gave it is not handed out', async () => {
  const { keys, repository, time } = await make()
  const ref = { service: 'provider-key', account: 'work' }
  const expiry = { kind: 'at', at: new Date(time.now.getTime() - 1) } as const
  await repository.save({ ...exampleApiKey(KEY), ref, expiry })
  await expect(keys.getKey('work')).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' })
})

test('Keys of other services are not among the named ones', async () => {
  const { keys, repository } = await make()
  await repository.save(exampleApiKey())
  expect(await keys.listKeys()).toEqual([])
})
