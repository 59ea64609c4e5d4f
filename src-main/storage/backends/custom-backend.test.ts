import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCustomBackend } from './custom-backend.ts'
import { describeSecretBackend, temporaryDir } from './secret-backend.contract.ts'

const working = `export const createBackend = ({ start }) => {
  const values = new Map(start)
  return {
    get: (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    delete: (key) => values.delete(key),
    list: () => [...values.keys()]
  }
}`

async function makeModule(text: string): Promise<string> {
  const module = join(await temporaryDir(), 'store.mjs')
  await writeFile(module, text, { mode: 0o600 })
  return module
}
async function makeCustom(text: string, callMs?: number) {
  const module = await makeModule(text)
  return createCustomBackend({ module, options: { start: [] }, ...(callMs !== undefined && { callMs }) })
}
const answering = (answers: string) =>
  `export const createBackend = () => ({ get() {}, set() {}, delete() {}, list() {}, ${answers} })`

describeSecretBackend('A custom backend', async () => ({ backend: await makeCustom(working), reopen: null }))

test('A module is handed its options', async () => {
  const module = await makeModule(working)
  const backend = await createCustomBackend({ module, options: { start: [['key', 'value']] } })
  expect(await backend.get('key')).toBe('value')
})

test.each([
  ['can not be parsed', 'export const = cnry', /can’t be loaded/],
  ['throws when it is loaded', 'throw new Error("cnry")', /can’t be loaded/],
  ['exports something else', 'export default 1', /createBackend/],
  [
    'throws when the store is made',
    'export const createBackend = () => { throw new Error("cnry") }',
    /failed/
  ],
  ['makes nothing', 'export const createBackend = () => null', /made no store/],
  [
    'makes half a store',
    'export const createBackend = () => ({ get() {}, list() {} })',
    /without set, delete/
  ]
])('A module that %s is refused in words, without its own', async (_name, text, words) => {
  const failure = makeCustom(text)
  await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: words })
  await expect(failure).rejects.not.toThrow(/cnry/)
})

test('A module is named by an absolute path, exists, and is its owner’s alone to write', async () => {
  const module = await makeModule(working)
  await chmod(module, 0o666)
  const failures = ['store.mjs', `${module}.absent`, module].map((path) =>
    createCustomBackend({ module: path, options: null }).catch((error: Error) => error.message)
  )
  expect(await Promise.all(failures)).toEqual([
    expect.stringContaining('absolute'),
    expect.stringContaining('does not exist'),
    expect.stringContaining('written by others')
  ])
})

test.each([
  ['get', 'CREDENTIAL_UNREADABLE', 'get() { return 1 }'],
  ['get', 'CREDENTIAL_UNREADABLE', 'get() {}'],
  ['get', 'CREDENTIAL_UNREADABLE', 'get() { throw new Error("cnry") }'],
  ['get', 'CREDENTIAL_UNREADABLE', 'get() { return new Promise(() => {}) }'],
  ['delete', 'STORE_WRITE_FAILED', 'delete() { return "yes" }'],
  ['delete', 'STORE_WRITE_FAILED', 'delete() { return Promise.reject("cnry") }'],
  ['list', 'CREDENTIAL_UNREADABLE', 'list() { return [1] }'],
  ['list', 'CREDENTIAL_UNREADABLE', 'list() { throw "cnry" }'],
  ['set', 'STORE_WRITE_FAILED', 'set() { throw new Error("cnry") }']
] as const)('A store whose %s is not as it should be becomes %s (%s)', async (operation, code, answers) => {
  const backend = await makeCustom(answering(answers), 50)
  const failure = (backend[operation] as (key: string, value: string) => Promise<unknown>)('key', 'value')
  await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(operation) })
  await expect(failure).rejects.not.toThrow(/cnry/)
})
