import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import type { NewClient } from '#shared/broker/clients.ts'
import { pairProgram } from './pair-program.ts'
import { fakeVault } from './vault.testkit.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-pair-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const vault = (pairClient: () => Promise<NewClient>) => fakeVault({ pairClient }, [])
const paired = vault(async () => ({ id: 'id-1', name: 'bot', secret: 'aa' }))

it('keeps the key in a new file, for its owner alone', async () => {
  const path = join(folder, 'bot.key')
  await pairProgram(paired, 'bot', path)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ client: 'id-1', secret: 'aa' })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('writes over no file', async () => {
  const path = join(folder, 'mine')
  writeFileSync(path, 'mine')
  await expect(pairProgram(paired, 'bot', path)).rejects.toThrow('The key file exists already')
  expect(readFileSync(path, 'utf8')).toBe('mine')
})

it('leaves no file where the vault refuses the name', async () => {
  const path = join(folder, 'bot.key')
  const refusing = vault(() =>
    Promise.reject(new VaultRefusal({ code: 'INVALID_REQUEST', message: 'taken' }))
  )
  await expect(pairProgram(refusing, 'bot', path)).rejects.toThrow('taken')
  expect(existsSync(path)).toBe(false)
})
