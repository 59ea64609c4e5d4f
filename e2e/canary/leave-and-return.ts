import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import type { ImportPreview } from '#shared/transfer.ts'
import type { Canary } from '../../test/support/canary-scan.ts'
import { chosen, type Life } from './whole-life.ts'

declare const __recovery: { text: string }

const KEY_HEAD = 'AGE-SECRET-KEY-1'

/**
 * Exports two credentials, opens the file with a wrong and the right passphrase, keeps them for a recovery
 * key, and reads plaintext of other tools. Returns the recovery key.
 */
export async function leaveAndReturn(life: Life, folder: string): Promise<Canary> {
  const file = join(folder, 'home', 'all.latchkey.age')
  await choose(life, file)
  const passphrase = chosen(life, 'passphrase')
  const { page } = life.vault
  const exported = await page.evaluate((text) => window.vault.exportVault({ passphrase: text }), passphrase)
  expect(exported).toMatchObject({ ok: true, value: { exported: 2, missing: [] } })
  expect(await opened(life, chosen(life, 'passphrase'))).toBe('INVALID_REQUEST')
  const rows = await opened(life, passphrase)
  expect(statesOf(rows)).toEqual(['same', 'same'])
  await life.look()
  const key = await recoverWithKey(life, folder)
  await importPlaintext(life, folder)
  await life.look()
  // Without its first letters, which all recovery keys share and every hint may name.
  return { kind: 'passphrase', value: key.slice(KEY_HEAD.length) }
}

async function recoverWithKey(life: Life, folder: string): Promise<string> {
  const { page, app } = life.vault
  await takeKey(life)
  const status = await page.evaluate(() => window.vault.createRecoveryKey())
  expect(status).toMatchObject({ ok: true, value: { kind: 'on', problem: null } })
  const key = await app.evaluate(() => __recovery.text)
  expect(key).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/)
  await choose(life, join(folder, 'data', 'recovery', 'latchkey-recovery.age'))
  const rows = await opened(life, key)
  expect(statesOf(rows)).toEqual(['same', 'same'])
  return key
}

/** Imports pasted plaintext, and plaintext from a file that is removed afterwards. */
async function importPlaintext(life: Life, folder: string): Promise<void> {
  const { page } = life.vault
  const pasted = await page.evaluate(
    (text) => window.vault.previewImport({ kind: 'text', text }),
    `PASTED_KEY=${chosen(life, 'api-key')}\nBROKEN_KEY="${chosen(life, 'api-key')}\nx"\nTOKEN=${chosen(life, 'api-key')}\n`
  )
  expect(await imported(life, pasted.ok ? pasted.value : null)).toBe('none')
  const file = join(folder, 'home', '.env')
  writeFileSync(file, `FILED_KEY=${chosen(life, 'api-key')}\n`, { mode: 0o600 })
  await choose(life, file)
  const read = await page.evaluate(() => window.vault.previewImport({ kind: 'file' }))
  expect(await imported(life, read.ok ? read.value : null)).toBe('removed')
  for (const service of ['pasted', 'filed']) {
    const id = JSON.stringify([service, `${service.toUpperCase()}_KEY`])
    expect(await page.evaluate((entry) => window.vault.remove(entry), id)).toMatchObject({ ok: true })
  }
}

/** Returns what happened to the plaintext. */
async function imported({ vault }: Life, preview: ImportPreview | null): Promise<string> {
  if (preview?.kind !== 'rows') throw new Error('There are no rows.')
  const rows = preview.rows.filter(({ state }) => state === 'new').map(({ index }) => index)
  const request = { id: preview.id, rows, replace: false, removePlaintext: true }
  const report = await vault.page.evaluate((wanted) => window.vault.runImport(wanted), request)
  expect(report).toMatchObject({ ok: true, value: { imported: 1 } })
  return report.ok ? report.value.plaintext : 'not run'
}

/** Returns the rows of the chosen file, or the code of the refusal. */
async function opened({ vault }: Life, secret: string): Promise<ImportPreview | string> {
  const sealed = await vault.page.evaluate(() => window.vault.previewImport({ kind: 'file' }))
  if (!sealed.ok || sealed.value?.kind !== 'sealed') throw new Error('The file is not sealed.')
  const request = { id: sealed.value.id, secret }
  const result = await vault.page.evaluate((wanted) => window.vault.openImport(wanted), request)
  await vault.page.evaluate((id) => window.vault.cancelImport(id), request.id)
  return result.ok ? result.value : result.problem.code
}

function statesOf(preview: ImportPreview | string): string[] {
  return typeof preview !== 'string' && preview.kind === 'rows' ? preview.rows.map(({ state }) => state) : []
}

/** Sets the choice in the system's dialogs from now on. */
async function choose({ vault }: Life, path: string): Promise<void> {
  await vault.app.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: file })
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [file] })
  }, path)
}

/** Reads the key from the dialog as a person does; its text is noted like all texts of the desktop. */
async function takeKey({ vault }: Life): Promise<void> {
  await vault.app.evaluate(({ dialog }) => {
    const show = dialog.showMessageBox as (options: { detail?: string }) => Promise<unknown>
    dialog.showMessageBox = (async (options: { detail?: string }) => {
      await show.call(dialog, options)
      Object.assign(globalThis, { __recovery: { text: options.detail?.split('\n')[0] ?? '' } })
      return { response: 0, checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  })
}
