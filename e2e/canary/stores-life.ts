import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { generateIdentity } from 'age-encryption'
import { chooseStore, choosePassphrase, lockNow, moveEverything, typeInto } from '../support/move-stores.ts'
import { chosen, type Life } from './whole-life.ts'

/** Moves through every kind of store and back to the keychain; the passphrase is typed wrongly once. */
export async function moveThroughStores(life: Life, folder: string): Promise<void> {
  const { vault } = life
  const { page } = vault
  const passphrase = chosen(life, 'passphrase')
  await moveEverything(await choosePassphrase(vault, passphrase), 'moved to encrypted files')
  await life.look()
  await lockNow(vault)
  const field = page.getByLabel('Passphrase', { exact: true })
  await typeInto(vault, field, chosen(life, 'passphrase'))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('not the right one')
  await typeInto(vault, field, passphrase)
  await page.keyboard.press('Enter')
  await expect(vault.row('Key service')).toContainText('Valid')
  await life.look()

  const keyFile = join(folder, 'keys.txt')
  writeFileSync(keyFile, `${await generateIdentity()}\n`, { mode: 0o600 })
  const sops = await chooseStore(vault, 'SOPS files')
  await sops.getByLabel('age key file').fill(keyFile)
  await moveEverything(sops, 'moved to SOPS files')
  await life.look()
  await moveEverything(await chooseStore(vault, 'Keychain'), 'moved to the keychain')
}
