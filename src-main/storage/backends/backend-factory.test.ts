import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { generateIdentity } from 'age-encryption'
import { expect, test } from 'vitest'
import { parseBackendConfig, readBackendConfig } from './backend-config.ts'
import { createSecretBackend } from './backend-factory.ts'
import { createMemoryBackend } from './memory-backend.ts'
import { temporaryDir } from './secret-backend.contract.ts'

/** Creates the backend of a configuration file in the home; returns it with the warnings. */
async function make(name: string, text: string) {
  const home = await temporaryDir()
  const warnings: string[] = []
  await writeFile(join(home, 'age.txt'), await generateIdentity(), { mode: 0o600 })
  await writeFile(join(home, name), text.replaceAll('HOME', home), { mode: 0o600 })
  const config = await readBackendConfig(home)
  if (!config) throw new Error('The configuration names no store.')
  const backend = await createSecretBackend(config, {
    home,
    keychain: () => ({ ...createMemoryBackend(), id: 'keychain' }),
    onWarning: (sentence) => warnings.push(sentence),
    now: () => new Date()
  })
  return { home, backend, warnings }
}

test.each([
  ['latchkey.yaml', 'store: { type: keychain }', 'keychain', null],
  ['latchkey.json', '{"store":{"type":"memory"}}', 'memory', null],
  [
    'latchkey.yml',
    'store:\n  type: encrypted-file\n  protection: machine\n',
    'encrypted-file',
    'encrypted/key.enc'
  ],
  [
    'latchkey.yaml',
    'store:\n  type: plain-file\n  insecurePlainText: true\n',
    'plain-file',
    'auth/tokens/key.token.json'
  ],
  [
    'latchkey.yaml',
    'store:\n  type: sops\n  directory: HOME/mine\n  ageKeyFile: HOME/age.txt\n',
    'sops',
    'mine/key.token.sops.json'
  ]
])('%s: %s', async (name, text, id, file) => {
  const { home, backend } = await make(name, text)
  expect(backend.id).toBe(id)
  await backend.set('key', 'value')
  expect(await backend.get('key')).toBe('value')
  const names = await readdir(home, { recursive: true })
  expect(names.filter((found) => basename(found).startsWith('key.'))).toEqual(file === null ? [] : [file])
})

test('A store in memory and one in clear say so', async () => {
  const memory = await make('latchkey.json', '{"store":{"type":"memory"}}')
  expect(memory.warnings).toEqual([expect.stringContaining('gone when Latchkey ends')])
  const plain = await make('latchkey.yaml', 'store: { type: plain-file, insecurePlainText: true }')
  await plain.backend.set('key', 'value')
  expect(plain.warnings).toEqual([expect.stringContaining('UNENCRYPTED')])
})

test('Plain files without their long name are refused', async () => {
  await expect(make('latchkey.yaml', 'store: { type: plain-file }')).rejects.toMatchObject({
    code: 'CONFIG_INVALID'
  })
})

test('The choice is left open without a file, or with a file that names no store', async () => {
  expect(await readBackendConfig(await temporaryDir())).toBeNull()
  expect(parseBackendConfig('latchkey.yaml', '# nothing yet\n')).toBeNull()
  expect(parseBackendConfig('latchkey.json', '{}')).toBeNull()
})

test.each([
  [
    'store:\n  type: cnry\n',
    'line 2: store.type must be one of keychain, encrypted-file, memory, plain-file, sops, custom'
  ],
  ['store:\n  directory: /x\n', 'line 2: store.type must be one of'],
  [
    'store:\n  type: sops\n  ageKeyFile: cnry/relative\n',
    'line 3: store.ageKeyFile must be an absolute path'
  ],
  [
    'store:\n  type: sops\n  ageKeyFile: /k\n  recipients:\n    - age1x\n    - cnry\n',
    'line 6: store.recipients must be a list'
  ],
  [
    'store:\n  type: plain-file\n  insecurePlainText: cnry\n',
    'line 3: store.insecurePlainText must be true or false'
  ],
  ['store:\n  type: memory\n  cnry: 1\n', 'line 3: store has an unknown field'],
  ['cnry: 1\n', 'line 1: the file has an unknown field'],
  ['store: cnry\n', 'line 1: store must be a mapping'],
  ['- cnry\n', 'line 1: the file must be a mapping'],
  ['store:\n  type: "cnry\n', 'not valid YAML or JSON'],
  ['store: { type: memory }\nstore: { type: cnry }\n', 'line 2: this name appears here twice'],
  ['store: { type: memory }\n---\nstore: { type: cnry }\n', 'line 2: a second document begins here'],
  ['store: !cnry { type: memory }\n', 'line 1: this is not valid']
])('A mistake is told by line and what is expected, never by what stands there: %j', (text, words) => {
  const parse = () => parseBackendConfig('latchkey.yaml', text)
  expect(parse).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  expect(parse).toThrow(words)
  expect(parse).not.toThrow(/cnry/)
})

test('Two files, and a folder in the place of one, are refused', async () => {
  const home = await temporaryDir()
  await writeFile(join(home, 'latchkey.yaml'), '')
  await writeFile(join(home, 'latchkey.json'), '{}')
  await expect(readBackendConfig(home)).rejects.toThrow('Keep one')
  const other = await temporaryDir()
  await mkdir(join(other, 'latchkey.yaml'))
  await expect(readBackendConfig(other)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
