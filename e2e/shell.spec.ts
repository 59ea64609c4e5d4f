import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { expect, test } from './fixture.ts'
import { spy } from './support/vault-app.ts'

const require = createRequire(import.meta.url)

test('the window sees its bridge and nothing else', async ({ vault: { page } }) => {
  const seen = await page.evaluate(() => ({
    vault: Object.keys(window.vault).toSorted(),
    frozen: Object.isFrozen(window.vault),
    globals: ['require', 'process', 'module', 'ipcRenderer', 'electron', 'signIn'].filter(
      (name) => name in window
    )
  }))
  expect(seen.vault).toEqual(
    [
      'addApiKey',
      'answerOtherAccount',
      'answerProposal',
      'cancelImport',
      'cancelSignIn',
      'changeClient',
      'checkNow',
      'checkStorage',
      'closeRelay',
      'continueInBrowser',
      'copyAccount',
      'copyActivity',
      'copyAuditAnchor',
      'copyClientRedirect',
      'copyDoctorReport',
      'copyIssuerRedirect',
      'copyRedirectUri',
      'copyRelay',
      'copySecret',
      'copyUserCode',
      'createRecoveryKey',
      'discoverIssuer',
      'discoverMcpServer',
      'dismissSignIn',
      'explainAudit',
      'exportVault',
      'finishRotation',
      'fixDoctor',
      'forgetSignOuts',
      'getClient',
      'getLock',
      'getRelay',
      'getSnapshot',
      'listCredentials',
      'setLabels',
      'listApprovals',
      'listAudit',
      'listClients',
      'listProposals',
      'listRelays',
      'listStores',
      'lockVault',
      'moveStore',
      'on',
      'openHelp',
      'openImport',
      'openRelay',
      'openSignOutPage',
      'prepareKey',
      'previewImport',
      'putSignOutsAway',
      'recoveryStatus',
      'refresh',
      'refreshAll',
      'remove',
      'removeClient',
      'removeRecoveryKey',
      'removeWithUndo',
      'resumeMove',
      'retrySignIn',
      'revokeApproval',
      'runDoctor',
      'runImport',
      'setLayout',
      'setPreferences',
      'showSecret',
      'signInWithPassword',
      'signOut',
      'startSignIn',
      'submitRedirectUrl',
      'switchKey',
      'switchToCode',
      'takeBackUnlisted',
      'testKey',
      'undoMove',
      'undoRemoval',
      'undoRotation',
      'unlockVault',
      'verifyAudit'
    ].toSorted()
  )
  expect(seen.frozen).toBe(true)
  expect(seen.globals).toEqual([])
})

test('the content security policy holds against attempts to break it', async ({ vault: { app, page } }) => {
  const result = await page.evaluate(async () => {
    const blocked: string[] = []
    addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
    const script = document.createElement('script')
    const attempt = (work: () => unknown): string => {
      try {
        work()
        return 'done'
      } catch {
        return 'refused'
      }
    }
    const inline = attempt(() => (script.textContent = 'window.injected = true'))
    document.head.append(script)
    const html = attempt(() => (document.createElement('p').innerHTML = '<b>x</b>'))
    const fetched = await fetch('https://example.com/').then(
      () => 'done',
      () => 'refused'
    )
    // In a separate task, because eval is allowed under any policy while DevTools evaluates.
    const evaluated = await new Promise<string>((resolve) => {
      setTimeout(() => resolve(attempt(() => (0, eval)('1'))))
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    return {
      inline,
      html,
      fetched,
      evaluated,
      injected: 'injected' in window,
      blocked: [...new Set(blocked)]
    }
  })
  expect(result).toMatchObject({ html: 'refused', fetched: 'refused', evaluated: 'refused', injected: false })
  expect(result.blocked).toContain('connect-src')
  const url = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.getURL()
  )
  expect(url).toBe('app://vault/index.html')
})

test('the window can not be led away, and opens no other', async ({ vault: { app, page } }) => {
  const before = page.url()
  await page.evaluate(() => void (location.href = 'https://example.com/'))
  await page.evaluate(() => void window.open('https://example.com/'))
  await page.waitForTimeout(300)
  expect(page.url()).toBe(before)
  expect(app.windows()).toHaveLength(1)
  expect(await spy.opened(app)).toEqual([])
})

test('the tray follows the list, opens the entry it names, and quits', async ({ vault }) => {
  await expect.poll(() => spy.toolTip(vault.app)).toBe('Latchkey: nothing stored yet')
  await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await expect.poll(() => spy.toolTip(vault.app)).toBe('Latchkey: 1 credential works')
  const visible = (): Promise<boolean> =>
    vault.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible())
  await vault.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
  await expect.poll(visible).toBe(false)
  await spy.click(vault.app, 'Open Latchkey')
  await expect.poll(visible).toBe(true)
  const closed = vault.app.waitForEvent('close')
  await spy.click(vault.app, 'Quit').catch(() => undefined) // the process may be gone before it answers
  await closed
})

test('closing the window hides it, or quits where the person wants that', async ({ vault }) => {
  const { app, page } = vault
  const close = (): Promise<void> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
  await close()
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  await spy.click(app, 'Open Latchkey')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('dialog', { name: 'Settings' }).getByRole('checkbox', { name: 'Keep running' }).click()
  await expect
    .poll(() => page.evaluate(async () => await window.vault.getSnapshot()))
    .toMatchObject({ value: { preferences: { keepRunning: false } } })
  const closed = app.waitForEvent('close')
  await close().catch(() => undefined) // the process may be gone before it answers
  await closed
})

test('a quit that another window refused leaves closing as it was', async ({ vault }) => {
  const { app } = vault
  const count = (): Promise<number> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  await app.evaluate(({ app: electronApp, BaseWindow }) => {
    const other = new BaseWindow({ show: false })
    other.on('close', (event) => event.preventDefault())
    Object.assign(globalThis, { other })
    electronApp.quit()
  })
  await expect.poll(count).toBe(0)
  await spy.click(app, 'Open Latchkey')
  await expect.poll(count).toBe(1)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
  const visible = (): Promise<boolean | undefined> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(visible).toBe(false) // hidden, but not closed
  await app.evaluate(() => (globalThis as unknown as { other: Electron.BaseWindow }).other.destroy())
})

test('a second start on the same data shows the first window and ends', async ({ home, vault }) => {
  await vault.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
  const second = spawn(String(require('electron')), ['--no-sandbox', '.'], {
    stdio: 'ignore',
    env: { ...process.env, LATCHKEY_HOME: home }
  })
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
  await expect
    .poll(() => vault.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()))
    .toBe(true)
})

test.describe('a setting that is not valid', () => {
  test('ends the start with a sentence, and not with a stack trace', async ({ home }) => {
    const child = spawn(String(require('electron')), ['--no-sandbox', '.'], {
      env: { ...process.env, LATCHKEY_HOME: home, LATCHKEY_STORE: 'sk_live_pasted_by_mistake' }
    })
    let written = ''
    child.stderr.on('data', (data) => (written += String(data)))
    child.stdout.on('data', (data) => (written += String(data)))
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1)
    expect(written).toContain('LATCHKEY_STORE must be auto, keychain, file.')
    expect(written).not.toContain('sk_live')
    expect(written).not.toMatch(/^\s+at /m)
  })
})
