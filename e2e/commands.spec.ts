import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '../test/support/run-cli.ts'
import { expect, test } from './fixture.ts'

const PASSPHRASE = 'seven wet otters under glass'
const KEY = 'sk_test_0123456789abcdefghij'

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
  const exported = await runCli(['export', sealed], env, typed)
  expect([exported.code, exported.errors]).toEqual([0, ''])
  expect(exported.out).toContain('1 exported')
  expect(statSync(sealed).mode & 0o777).toBe(0o600)

  const course = vault.page.evaluate(courseOfMove)
  const moved = await runCli(['move', '--to', 'encrypted-file'], env, typed)
  expect([moved.code, moved.out]).toEqual([0, '1 entry moved to encrypted files.\n'])
  expect(await course).toEqual(['running', 'done'])
  await expect(vault.row('STRIPE_KEY')).toContainText('Valid')
  expect(await runCli(['move', '--to', 'keychain'], env)).toMatchObject({ code: 0 })
  for (const { out, errors } of [imported, exported, moved]) {
    expect(out + errors).not.toContain(PASSPHRASE)
    expect(out + errors).not.toContain(KEY)
  }
})
