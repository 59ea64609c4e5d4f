import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../core/secret.ts'
import { toSummary } from '../../core/list/summary.ts'
import { ExtensionSettings, extensionServiceName } from './extension-settings.ts'
import type { ExtensionSetting } from './extension-settings.ts'
import { textOf, viewWorld } from './named-views.testkit.ts'
import type { ViewWorld } from './named-views.testkit.ts'

const TOKEN = 'ext-secret-0123456789'
const secret = (name: string, value = TOKEN): ExtensionSetting => ({
  kind: 'secret',
  name,
  value: new Secret(value)
})
const plain = (name: string, value: string): ExtensionSetting => ({ kind: 'plain', name, value })

function settingsOf(world: ViewWorld, extension: string): ExtensionSettings {
  const folder = join(world.dir, 'extensions', extension.replaceAll('/', '%'))
  return new ExtensionSettings({ ...world.ports, extension, folder })
}

async function make(options: Parameters<typeof viewWorld>[0] = {}) {
  const world = await viewWorld(options)
  const envPath = join(world.dir, 'extensions', 'weather', '.env')
  const envText = (): Promise<string> => readFile(envPath, 'utf8').catch(() => '')
  return { ...world, settings: settingsOf(world, 'weather'), envPath, envText }
}

const shown = (setting: ExtensionSetting | null) =>
  setting && (setting.kind === 'secret' ? ['secret', textOf(setting.value)] : ['plain', setting.value])

test('A secret goes to the store, the rest to the .env, and both are got, listed and removed', async () => {
  const { settings, envText, keychain } = await make()
  await settings.set(secret('API_TOKEN'))
  await settings.set(plain('REGION', 'eu west # 1'))
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['secret', TOKEN])
  expect(shown(await settings.get('REGION'))).toEqual(['plain', 'eu west # 1'])
  expect(await settings.list()).toEqual([
    { kind: 'secret', name: 'API_TOKEN' },
    { kind: 'plain', name: 'REGION' }
  ])
  expect([await envText(), keychain.items.size]).toEqual(["REGION='eu west # 1'\n", 1])
  expect([await settings.remove('API_TOKEN'), await settings.remove('REGION')]).toEqual([true, true])
  expect([
    await settings.remove('API_TOKEN'),
    await settings.get('API_TOKEN'),
    await settings.list()
  ]).toEqual([false, null, []])
  expect([await envText(), keychain.items.size]).toEqual(['', 0])
})

test.each([
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIB#\n-----END PRIVATE KEY-----\n'],
  ['quotes and hashes', `#'"\` `],
  ['letters of all kinds', 'Grüße, 鍵, 🔑']
])('A secret may be %s', async (_what, value) => {
  const { settings } = await make()
  await settings.set(secret('API_TOKEN', value))
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['secret', value])
})

test('A setting that becomes a secret leaves the .env, and its neighbours stay', async () => {
  const { settings, envText } = await make()
  await settings.set(plain('REGION', 'eu'))
  await settings.set(plain('API_TOKEN', 'was-not-secret'))
  await settings.set(secret('API_TOKEN'))
  expect([await envText(), await settings.list()]).toEqual([
    'REGION=eu\n',
    [
      { kind: 'secret', name: 'API_TOKEN' },
      { kind: 'plain', name: 'REGION' }
    ]
  ])
})

test('A setting that ceases to be a secret leaves the store', async () => {
  const { settings, envText, keychain, entries } = await make()
  await settings.set(secret('API_TOKEN'))
  await settings.set(plain('API_TOKEN', 'public-now'))
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['plain', 'public-now'])
  expect([await envText(), keychain.items.size, entries()]).toEqual(['API_TOKEN=public-now\n', 0, []])
})

test('Without a keychain a secret goes to encrypted files where the policy allows it', async () => {
  const { settings, envText, entries } = await make({ keychain: 'absent', files: 'allow' })
  await settings.set(secret('API_TOKEN'))
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['secret', TOKEN])
  expect([await envText(), entries().map(({ backend }) => backend)]).toEqual(['', ['encrypted-file']])
})

test('Without a keychain, and files denied, a secret is refused and never lands in the .env', async () => {
  const { settings, envText } = await make({ keychain: 'absent', files: 'deny' })
  await settings.set(plain('API_TOKEN', 'old'))
  await expect(settings.set(secret('API_TOKEN'))).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  expect(await envText()).toBe('API_TOKEN=old\n')
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['plain', 'old'])
})

test('What is plain is set, got and removed without the keychain', async () => {
  const { settings, keychain } = await make()
  keychain.fail(new Error('Secret Service: unlock prompt was dismissed'))
  await settings.set(plain('REGION', 'eu'))
  expect(shown(await settings.get('REGION'))).toEqual(['plain', 'eu'])
  expect([await settings.remove('REGION'), keychain.calls]).toEqual([true, []])
})

test('A secret that can not be removed stays in force, and its plain value is not written beside it', async () => {
  const world = await viewWorld()
  const folder = join(world.dir, 'extensions', 'weather')
  const common = { ...world.ports, extension: 'weather', folder }
  await new ExtensionSettings(common).set(secret('API_TOKEN'))
  const settings = new ExtensionSettings({
    ...common,
    exclusively: () => Promise.reject(new VaultError('STORE_WRITE_FAILED'))
  })
  await expect(settings.set(plain('API_TOKEN', 'public'))).rejects.toMatchObject({
    code: 'STORE_WRITE_FAILED'
  })
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['secret', TOKEN])
  expect(await readFile(join(folder, '.env'), 'utf8')).toBe('')
})

test('An .env that can not be read stops a secret before anything is stored', async () => {
  const { settings, envPath, entries } = await make()
  await mkdir(join(envPath, '..'), { recursive: true })
  await symlink('/dev/null', envPath)
  await expect(settings.set(secret('API_TOKEN'))).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(entries()).toEqual([])
})

test('A secret that can not be read is not absent, even with a value of that name in the .env', async () => {
  const { settings, keychain, envPath } = await make()
  await settings.set(secret('API_TOKEN'))
  await mkdir(join(envPath, '..'), { recursive: true })
  await writeFile(envPath, 'API_TOKEN=left-over\n')
  expect(shown(await settings.get('API_TOKEN'))).toEqual(['secret', TOKEN])
  for (const name of keychain.items.keys()) keychain.items.set(name, 'not a record')
  await expect(settings.get('API_TOKEN')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect([await settings.remove('API_TOKEN'), await settings.get('API_TOKEN')]).toEqual([true, null])
})

test('Two extensions whose names look alike once they are made storable keep their own secrets', async () => {
  const world = await viewWorld()
  const names = [
    'my ext',
    'my_ext',
    'My_ext',
    'my/ext',
    'my.ext',
    `${'m'.repeat(300)}1`,
    `${'m'.repeat(300)}2`
  ]
  for (const name of names.slice(0, 5))
    await settingsOf(world, name).set(secret('API_TOKEN', `secret of ${name}`))
  for (const name of names.slice(0, 5)) {
    expect(shown(await settingsOf(world, name).get('API_TOKEN'))).toEqual(['secret', `secret of ${name}`])
    expect(await settingsOf(world, name).list()).toHaveLength(1)
  }
  const services = names.map(extensionServiceName)
  expect([new Set(services).size, Math.max(...services.map((service) => service.length))]).toEqual([7, 255])
  expect(services[1]).toBe('Latchkey Extension my_ext')
})

test('A record that was put in another extension’s place is not handed out', async () => {
  const world = await viewWorld()
  for (const name of ['one', 'two']) await settingsOf(world, name).set(secret('API_TOKEN'))
  const [one = '', two = ''] = [...world.keychain.items.keys()].toSorted()
  world.keychain.items.set(two, world.keychain.items.get(one) ?? '')
  await expect(settingsOf(world, 'two').get('API_TOKEN')).rejects.toMatchObject({
    code: 'CREDENTIAL_UNREADABLE'
  })
})

test.each([
  ['empty', ''],
  ['with NUL', 'a\0b'],
  ['with half a character', 'a\ud800'],
  ['too long', 's'.repeat(65_537)]
])('Refuses a secret that is %s', async (_what, value) => {
  const { settings, entries } = await make()
  await expect(settings.set(secret('API_TOKEN', value))).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect(entries()).toEqual([])
})

test('Refuses names that are not those of settings, without repeating them', async () => {
  const { settings, keychain } = await make()
  const attempts = [
    () => settings.get(`-${TOKEN}`),
    () => settings.set(secret(`-${TOKEN}`)),
    () => settings.set(plain(`-${TOKEN}`, 'x')),
    () => settings.remove(`-${TOKEN}`)
  ]
  for (const attempt of attempts) {
    const error = await attempt().catch((thrown: { code: string; message: string }) => thrown)
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(inspect(error)).not.toContain(TOKEN)
  }
  expect(keychain.calls).toEqual([])
})

test('The app shows a secret as a credential of its kind, masked, under the extension’s service', async () => {
  const { settings, entries, time } = await make()
  await settings.set(secret('API_TOKEN'))
  await settings.set(plain('REGION', 'eu'))
  const summaries = entries().map((entry) => toSummary(entry, { now: time.now, refreshingSince: null }))
  expect(summaries).toMatchObject([
    {
      kind: 'extension',
      service: 'extension.weather',
      account: 'API_TOKEN',
      name: 'Latchkey Extension weather',
      status: { kind: 'valid' },
      masked: 'ex••••••••89',
      renewable: false,
      backend: 'keychain'
    }
  ])
  expect(JSON.stringify(summaries)).not.toContain(TOKEN)
})
