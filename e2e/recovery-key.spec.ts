import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ElectronApplication } from '@playwright/test'
import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import { spy } from './support/vault-app.ts'

declare const __dialogs: { shown: string[] }

const run = promisify(execFile)
const KEPT = 0
const COPY = 1
const SAVE = 2
const CANCEL = 3

/** Presses these buttons in turn, and saves to this file, in place of the person. */
async function answer(app: ElectronApplication, buttons: readonly number[], file: string): Promise<void> {
  await app.evaluate(
    ({ dialog }, [responses, filePath]) => {
      const left = [...responses]
      Object.assign(globalThis, { __dialogs: { shown: [] } })
      dialog.showMessageBox = (async (options: { detail?: string }) => {
        __dialogs.shown.push(options.detail ?? '')
        return { response: left.shift() ?? 3, checkboxChecked: false }
      }) as typeof dialog.showMessageBox
      dialog.showSaveDialog = async () => ({ canceled: false, filePath })
    },
    [buttons, file] as const
  )
}

test('the recovery key is copied and saved from the dialog of the system, and opens the copy with age', async ({
  vault,
  home
}) => {
  const { app, page } = vault
  await page.evaluate(() =>
    window.vault.addApiKey({
      service: 'stripe',
      name: 'Stripe',
      account: 'acme',
      key: 'sk_test_0123456789abcdef',
      allowedHosts: [],
      expiresAt: null,
      replace: false
    })
  )
  const keyFile = join(home, 'key.txt')
  await answer(app, [COPY, SAVE, KEPT], keyFile)
  const made = await page.evaluate(() => window.vault.createRecoveryKey())
  expect(made).toMatchObject({ ok: true, value: { kind: 'on', problem: null } })
  const shown = await app.evaluate(() => __dialogs.shown)
  const key = shown[0]?.split('\n')[0] ?? ''
  expect(shown).toHaveLength(3)
  expect(key).toMatch(/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/)
  expect(await spy.copied(app)).toEqual([key])
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
  expect(await readFile(keyFile, 'utf8')).toContain(`\n${key}\n`)
  const copy = join(home, 'recovery', 'latchkey-recovery.age')
  const { stdout } = await run('age', ['-d', '-i', keyFile, copy])
  expect(stdout).toContain('sk_test_0123456789abcdef')
})

test('a copied recovery key is marked for clipboard managers, and leaves the clipboard when the screen locks', async ({
  vault: { app, page },
  home
}) => {
  await answer(app, [COPY, KEPT], join(home, 'key.txt'))
  await page.evaluate(() => window.vault.createRecoveryKey())
  const types = await app.evaluate(async ({ clipboard }) =>
    (await clipboard.read()).flatMap((item) => item.types)
  )
  expect(types).toContain('electron application/osclipboard;format="x-kde-passwordManagerHint"')
  const [key = ''] = await spy.copied(app)
  expect(await readFile(join(home, 'clipboard.json'), 'utf8')).not.toContain(key.slice(16, 30))
  await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen'))
  await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe('')
})

test('a recovery key that was copied before a crash leaves the clipboard at the next start', async ({
  home
}) => {
  const first = await launchVault({ home })
  await answer(first.app, [COPY, KEPT], join(home, 'key.txt'))
  await first.page.evaluate(() => window.vault.createRecoveryKey())
  const [key = ''] = await spy.copied(first.app)
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve))
  first.app.process().kill('SIGKILL')
  await ended
  // The stand-in's clipboard ends with its process; the system's does not.
  const second = await launchVault({ home, env: { LATCHKEY_E2E_CLIPBOARD: key } })
  await expect.poll(() => second.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('')
  await expect(stat(join(home, 'clipboard.json'))).rejects.toThrow('ENOENT')
  await second.app.close()
})

test('what the person refuses or closes reads, writes and starts nothing', async ({
  vault: { app, page },
  home
}) => {
  await answer(app, [CANCEL], join(home, 'key.txt'))
  const refused = await page.evaluate(() => window.vault.createRecoveryKey())
  expect(refused).toEqual({ ok: true, value: null })
  const status = await page.evaluate(() => window.vault.recoveryStatus())
  expect(status).toEqual({ ok: true, value: { kind: 'off' } })
  await app.evaluate(({ dialog }) => {
    const aPersonLooks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300))
    dialog.showSaveDialog = async () => (await aPersonLooks(), { canceled: true, filePath: '' })
    dialog.showOpenDialog = async () => (await aPersonLooks(), { canceled: true, filePaths: [] })
  })
  const exported = await page.evaluate(() =>
    window.vault.exportVault({ passphrase: 'four words that nobody guesses' })
  )
  expect(exported).toEqual({ ok: true, value: null })
  const read = await page.evaluate(() => window.vault.previewImport({ kind: 'file' }))
  expect(read).toEqual({ ok: true, value: null })
})

test('a dialog that ends before it can be seen is reported, and is not taken for a cancel', async ({
  vault: { app, page }
}) => {
  await app.evaluate(({ dialog }) => {
    const told: string[] = []
    const buttons = [2, 3] // save, then cancel
    Object.assign(globalThis, { told })
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: '' })
    dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] })
    dialog.showMessageBox = async () => ({ response: buttons.shift() ?? 3, checkboxChecked: false })
    dialog.showErrorBox = (title, content) => void told.push(`${title}: ${content}`)
  })
  const notShown = { ok: false, problem: { code: 'DIALOG_NOT_SHOWN', remedy: 'retry' } }
  const exported = await page.evaluate(() =>
    window.vault.exportVault({ passphrase: 'four words that nobody guesses' })
  )
  expect(exported).toMatchObject(notShown)
  expect(await page.evaluate(() => window.vault.previewImport({ kind: 'file' }))).toMatchObject(notShown)
  expect(await page.evaluate(() => window.vault.createRecoveryKey())).toEqual({ ok: true, value: null })
  const told = await app.evaluate(() => (globalThis as unknown as { told: string[] }).told)
  expect(told).toEqual([expect.stringMatching(/^The key was not saved: The system closed its file dialog/)])
})
