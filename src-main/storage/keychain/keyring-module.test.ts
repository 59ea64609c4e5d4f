import { expect, test } from 'vitest'
import { keyringLoader } from './keyring-module.ts'

const Entry = (): null => null
const failing = (error: Error) => async (): Promise<unknown> => {
  throw error
}
const withCode = (code: string): Error => Object.assign(new Error('no'), { code })

test('The module is found with and without a default export', async () => {
  expect(await keyringLoader(async () => ({ Entry }))()).toMatchObject({ Entry })
  expect(await keyringLoader(async () => ({ default: { Entry } }))()).toMatchObject({ Entry })
})

test('It is imported once', async () => {
  let imports = 0
  const load = keyringLoader(async () => {
    imports += 1
    return { Entry }
  })
  await Promise.all([load(), load()])
  await load()
  expect(imports).toBe(1)
})

test.each([
  withCode('ERR_MODULE_NOT_FOUND'),
  withCode('MODULE_NOT_FOUND'),
  withCode('ERR_DLOPEN_FAILED'),
  new Error('Cannot load the binding of @napi-rs/keyring')
])('A module that is not there is no keychain, and no crash: %s', async (error) => {
  expect(await keyringLoader(failing(error))()).toBeNull()
})

test('A module that is there and breaks is told', async () => {
  await expect(keyringLoader(failing(new Error('out of memory')))()).rejects.toThrow('out of memory')
})
