import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { WAITING } from '../src-cli/client/permitted.ts'
import { runCli, typeInto } from '../test/support/run-cli.ts'
import { expect, test } from './fixture.ts'

declare const __questions: { shown: Electron.MessageBoxOptions; press: (button: number) => void }[]

const PASSPHRASE = 'seven wet otters under glass'
const KEY = 'sk_test_0123456789abcdefghij'
const REFUSE = 0
const ALLOW = 1

/** Keeps each dialog of the system open until `press`, in place of the person. */
async function keepDialogs(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => {
    Object.assign(globalThis, { __questions: [] })
    dialog.showMessageBox = ((shown: Electron.MessageBoxOptions) =>
      new Promise((resolve) => {
        const press = (response: number): void => resolve({ response, checkboxChecked: false })
        __questions.push({ shown, press })
      })) as typeof dialog.showMessageBox
  })
}

/** Waits for the dialog of this number. */
async function asked(app: ElectronApplication, index: number) {
  await expect.poll(() => app.evaluate(() => __questions.length)).toBe(index + 1)
  return {
    shown: await app.evaluate((_electron, at) => {
      const { signal, ...shown } = __questions[at]?.shown ?? {}
      return { ...shown, isWithdrawn: signal?.aborted }
    }, index),
    isWithdrawn: () => app.evaluate((_electron, at) => __questions[at]?.shown.signal?.aborted, index),
    press: (button: number) =>
      app.evaluate((_electron, [at, pressed]) => __questions[at]?.press(pressed), [index, button] as const)
  }
}

/** Runs in the page. Resolves with the states of the next move that the window is told, each once. */
function courseOfMove(): Promise<readonly string[]> {
  const kinds = new Set<string>()
  return new Promise((resolve) => {
    const stop = window.vault.on('moveChanged', (move) => {
      kinds.add(move?.state.kind ?? 'none')
      if (move?.state.kind === 'running') return
      stop()
      resolve([...kinds])
    })
  })
}

test('import, export and move are carried out by the open app, and its window shows what they do', async ({
  home,
  vault
}) => {
  test.slow() // five commands, two of which seal under a passphrase
  const env = { LATCHKEY_HOME: home }
  const typed = `${PASSPHRASE}\n`
  const file = join(home, 'keys.env')
  writeFileSync(file, `STRIPE_KEY=${KEY}\n`)
  const imported = await runCli(['import', file], env)
  expect([imported.code, imported.errors]).toEqual([0, ''])
  await expect(vault.row('STRIPE_KEY')).toContainText('Valid')

  const sealed = join(home, 'all.age')
  await keepDialogs(vault.app)
  const exporting = runCli(['export', sealed], env, typed)
  await (await asked(vault.app, 0)).press(ALLOW)
  const exported = await exporting
  expect([exported.code, exported.errors]).toEqual([0, WAITING])
  expect(exported.out).toContain('1 exported')
  expect(statSync(sealed).mode & 0o777).toBe(0o600)

  const course = vault.page.evaluate(courseOfMove)
  const moving = runCli(['move', '--to', 'encrypted-file'], env, typed)
  const move = await asked(vault.app, 1)
  expect(move.shown).toMatchObject({
    message: 'A terminal wants to move every credential to encrypted files',
    buttons: ['Don’t move', 'Move'],
    defaultId: REFUSE,
    cancelId: REFUSE
  })
  await move.press(ALLOW)
  const moved = await moving
  expect([moved.code, moved.out]).toEqual([0, '1 entry moved to encrypted files.\n'])
  expect(await course).toEqual(['running', 'done'])
  await expect(vault.row('STRIPE_KEY')).toContainText('Valid')
  const back = runCli(['move', '--to', 'keychain'], env)
  await (await asked(vault.app, 2)).press(ALLOW)
  expect(await back).toMatchObject({ code: 0 })
  for (const { out, errors } of [imported, exported, moved]) {
    expect(out + errors).not.toContain(PASSPHRASE)
    expect(out + errors).not.toContain(KEY)
  }
})

test('an export of a terminal is asked about by the app, and nothing is written before Export', async ({
  home,
  vault
}) => {
  test.slow() // three commands, one of which seals under a passphrase
  await vault.addApiKey(KEY, 'ana')
  await keepDialogs(vault.app)
  const env = { LATCHKEY_HOME: home }
  const file = join(home, 'all.age')

  const refused = runCli(['export', file], env, `${PASSPHRASE}\n`)
  const first = await asked(vault.app, 0)
  expect(first.shown).toMatchObject({
    message: 'A terminal wants to export every credential',
    buttons: ['Don’t export', 'Export'],
    defaultId: REFUSE,
    cancelId: REFUSE,
    isWithdrawn: false
  })
  expect(first.shown.detail).toBe(
    `${file}\n\nWhoever has this file and the passphrase that was typed for it has every credential.`
  )
  const second = await runCli(['export', `${file}2`], env, `${PASSPHRASE}\n`)
  expect([second.code, second.out]).toEqual([77, ''])
  expect(second.errors).toContain('asks about another command already')
  expect(existsSync(file)).toBe(false)
  await first.press(REFUSE)
  const end = await refused
  expect([end.code, end.out]).toEqual([77, ''])
  expect(end.errors).toBe(
    `${WAITING}latchkey: The export was not allowed in Latchkey’s window. No file was made. (APPROVAL_DENIED)\n`
  )

  const child = spawn(process.execPath, ['bin/latchkey.mjs', 'export', file], {
    env: { ...process.env, ...env }
  })
  typeInto(child, `${PASSPHRASE}\n`)
  const withdrawn = await asked(vault.app, 1)
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([null, 'SIGINT'])
  await expect.poll(withdrawn.isWithdrawn).toBe(true)
  await withdrawn.press(ALLOW)
  const allowed = runCli(['export', `${file}3`], env, `${PASSPHRASE}\n`)
  await (await asked(vault.app, 2)).press(ALLOW)
  expect(await allowed).toMatchObject({ code: 0, errors: WAITING })
  expect([file, `${file}2`, `${file}3`].map((path) => existsSync(path))).toEqual([false, false, true])
})

test('a key that a terminal replaces or deletes is asked about by the app, whatever --yes says', async ({
  home,
  vault
}) => {
  test.slow() // four commands
  await keepDialogs(vault.app)
  const env = { LATCHKEY_HOME: home }
  expect(await runCli(['key', 'save', 'work'], env, KEY)).toMatchObject({ code: 0, errors: '' })
  await expect(vault.row('work')).toContainText('Provider key')

  const replacing = runCli(['key', 'save', 'work', '--yes'], env, `${KEY}2`)
  const first = await asked(vault.app, 0)
  expect(first.shown).toMatchObject({
    message: 'A terminal wants to replace what is stored for Provider key, work',
    buttons: ['Don’t replace', 'Replace'],
    defaultId: REFUSE,
    cancelId: REFUSE
  })
  await first.press(REFUSE)
  expect(await replacing).toMatchObject({
    code: 77,
    errors: `${WAITING}latchkey: Replacing it was not allowed in Latchkey’s window. Nothing was changed. (APPROVAL_DENIED)\n`
  })

  // Without --yes nothing is asked at the terminal: the window asks.
  const deleting = runCli(['key', 'delete', 'work'], env)
  const second = await asked(vault.app, 1)
  expect(second.shown.message).toBe('A terminal wants to delete what is stored for Provider key, work')
  await second.press(ALLOW)
  expect(await deleting).toMatchObject({ code: 0, out: 'work is deleted.\n' })
  await expect(vault.row('work')).toHaveCount(0)
})
