import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import { chooseStore, choosePassphrase, lockNow, moveEverything } from './support/move-stores.ts'
import { VaultApp } from './support/vault-app.ts'
import { runCli } from '../test/support/run-cli.ts'
import { startServe } from '../test/support/serve.ts'

const run = promisify(execFile)
const PASSPHRASE = 'seven wet otters under glass'
const KEY = 'sk_test_0123456789abcdefghij'

function isInKeychain(key: string): Promise<boolean> {
  return run('secret-tool', ['lookup', 'service', 'latchkey', 'username', key]).then(
    () => true,
    () => false
  )
}

test('everything moves under a passphrase, which is typed at the next start, by keyboard alone', async ({
  home,
  vault
}) => {
  test.slow() // two starts, two moves
  await vault.addApiKey(KEY, 'acme')
  await vault.addApiKey(`${KEY}2`, 'other')
  const { page } = vault
  const [id] = await ids(vault)
  expect(await isInKeychain(id!)).toBe(true)

  const wizard = await choosePassphrase(vault, PASSPHRASE)
  await expect(wizard).toContainText('2 entries will be copied, verified, then removed from the keychain')
  await expect(wizard.getByRole('radio', { name: 'Keychain' })).toBeDisabled() // the store in use
  await moveEverything(wizard, '2 entries moved to encrypted files')
  expect(await isInKeychain(id!)).toBe(false)
  await expect(page.getByText('Encrypted files under a passphrase, healthy')).toBeVisible()
  expect((await readdir(join(home, 'encrypted'))).filter((name) => name.endsWith('.enc'))).toHaveLength(2)
  expect(readFileSync(join(home, 'latchkey.yaml'), 'utf8')).toContain('protection: passphrase')
  await vault.app.close()

  const second = await launchVault({ home })
  const field = second.page.getByLabel('Passphrase', { exact: true })
  await expect(field).toBeFocused()
  await second.page.keyboard.type('not the right one')
  await second.page.keyboard.press('Enter')
  await expect(second.page.getByRole('alert')).toContainText('not the right one')
  await expect.poll(() => field.evaluate(selectedLength)).toBe('not the right one'.length)
  await second.page.keyboard.type(PASSPHRASE) // replaces the wrong text
  await second.page.keyboard.press('Enter')
  const reopened = new VaultApp(second.app, second.page)
  await expect(reopened.row('acme')).toContainText('Valid')
  await lockNow(reopened)
  await expect(reopened.row('acme')).toHaveCount(0)
  await expect(field).toBeFocused()
  await second.page.keyboard.type(PASSPHRASE)
  await second.page.keyboard.press('Enter')
  await expect(reopened.row('other')).toContainText('Valid')

  const back = await chooseStore(reopened, 'Keychain')
  await moveEverything(back, '2 entries moved to the keychain')
  expect(await isInKeychain(id!)).toBe(true)
  await second.app.close()
})

test('a move that was killed waits at the next start and is taken back by one button', async ({
  home,
  vault
}) => {
  test.slow() // two starts, and the moves until one is caught
  for (let n = 0; n < 3; n += 1) await vault.addApiKey(`${KEY}${n}`, `acme-${n}`)
  const keys = await ids(vault)
  await vault.app.close()
  await killedAtTheJournal(home)
  const second = await launchVault({ home })
  const banner = second.page.getByRole('region', { name: 'Move to another store' })
  await expect(banner).toContainText('Everything is safe in the keychain, which is still in use.')
  await banner.getByRole('button', { name: 'Undo move' }).click()
  await expect(banner).toHaveCount(0)
  for (const key of keys) expect(await isInKeychain(key)).toBe(true)
  expect(await readdir(home)).not.toContain('move.json')
  await second.app.close()
})

/** Runs in the page. */
function selectedLength(field: HTMLElement | SVGElement): number | null {
  if (!(field instanceof HTMLInputElement) || document.activeElement !== field) return null
  return (field.selectionEnd ?? 0) - (field.selectionStart ?? 0)
}

/** Moves by the command line until the vault was killed during the copy of a move. */
async function killedAtTheJournal(home: string): Promise<void> {
  const env = { LATCHKEY_HOME: home }
  const journal = join(home, 'move.json')
  const phase = (): string | null =>
    existsSync(journal) ? (JSON.parse(readFileSync(journal, 'utf8')) as { phase: string }).phase : null
  for (let tries = 0; tries < 20; tries += 1) {
    const vault = await startServe(home)
    const state = { hasEnded: false }
    const mover = runCli(['move', '--to', 'encrypted-file'], env, `${PASSPHRASE}\n`)
    void mover.then(() => (state.hasEnded = true))
    while (!state.hasEnded && !existsSync(journal)) await new Promise((go) => setTimeout(go, 1))
    await vault.kill()
    await mover
    if (phase() === 'copy') return
    // The kill was too late: the move is finished, and moved back for the next try.
    const next = await startServe(home)
    const input = `${PASSPHRASE}\n`
    if (phase() !== null) expect((await runCli(['move', '--resume'], env, input)).code).toBe(0)
    expect((await runCli(['move', '--to', 'keychain'], env, input)).code).toBe(0)
    await next.end()
  }
  throw new Error('No move could be caught in its copying.')
}

async function ids(vault: VaultApp): Promise<string[]> {
  return (await vault.credentials()).map(({ id }) => id)
}
