import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { app, clipboard, dialog, ipcMain, Menu, nativeTheme, powerMonitor, protocol, session } from 'electron'
import { approvalChannel, approvalRequests } from '#shared/approval.ts'
import { requestsThrough } from '#shared/doors.ts'
import { requestChannel, vaultRequests } from '#shared/ipc.ts'
import { closingOf } from '#shared/preferences.ts'
import { toProblem } from '#shared/problem.ts'
import { shownSecretChannel, shownSecretRequests } from '#shared/secrets.ts'
import { stripChannel, stripRequests } from '#shared/sign-in-strip.ts'
import { type Config, readConfig } from './config.ts'
import type { TrayAction } from './core/list/tray-status.ts'
import { nameApp } from './shell/app-identity.ts'
import { appMenu, onWake, closeBeforeQuit } from './shell/app-life.ts'
import { AutoLock } from './shell/auto-lock.ts'
import { idleTimeOf } from './shell/idle-time.ts'
import { followScreenLock } from './shell/screen-lock.ts'
import { ApprovalWindows } from './shell/approval-windows.ts'
import { APP_SCHEME, readAssets, serveApp } from './shell/app-protocol.ts'
import { askToRestore, transferDialogs } from './shell/dialogs.ts'
import { writeConcealed } from './shell/concealed-text.ts'
import { forwardEvents, serveRequests } from './shell/ipc-server.ts'
import { addressesOf, networkFetch, openInBrowser, systemClock, forkUtility } from './shell/electron-ports.ts'
import { type OneWindow, openOneWindow } from './shell/main-window.ts'
import { SecretClipboard } from './shell/secret-clipboard.ts'
import { SecretWindow } from './shell/secret-window.ts'
import { SignInWindows } from './shell/sign-in-windows.ts'
import { followTrayHost, trayComes, type TrayHost } from './shell/tray-host.ts'
import { VaultTray } from './shell/tray.ts'
import { TrustedSenders } from './shell/trusted-senders.ts'
import { denyEverything, guardWebContents } from './shell/web-contents-guard.ts'
import { removeFile, writeFileAtomic } from './storage/files/atomic-file.ts'
import { makePrivateDirs, readPrivateFile } from './storage/files/private-files.ts'
import { helperEnvironment, helperKeychainLoader } from './storage/keychain/keychain-client.ts'
import { hardenProcess, openerOf, systemCalls } from './storage/keychain/process-hardening.ts'
import type { Vault, VaultPorts } from './vault/vault-ports.ts'
import { openVaultSocket } from './vault/socket.ts'
import { takeHome } from './vault/take-home.ts'
import { createVault } from './vault/vault.ts'
import { homeLayout } from './home/home-layout.ts'

const out = import.meta.dirname
const rendererFolder = join(out, '../renderer')
const preload = (name: string): string => join(out, '../preload', `${name}.js`)
const TRAY_WAIT_MS = 10_000
const icons = join(app.getAppPath(), 'resources', 'icons')

nameApp(app, process.platform)
try {
  begin(readConfig())
} catch (error) {
  endWith(error)
}

/** Sets what Electron accepts only before `ready`. A process without the single-instance lock ends here. */
function begin(config: Config): void {
  const { browser } = homeLayout(config.home)
  makePrivateDirs(browser)
  app.setPath('userData', browser)
  if (!app.requestSingleInstanceLock()) process.exit(0)
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([APP_SCHEME])
  app.on('window-all-closed', () => app.quit()) // a hidden window is not closed
  app
    .whenReady()
    .then(() => run(config))
    .catch(endWith)
}

async function run(config: Config): Promise<void> {
  // If hardening is refused or not available, everything else runs as usual.
  const calls = config.openToDebuggers ? null : await systemCalls()
  hardenProcess(calls)
  const trayHost = await followTrayHost(process.platform)
  const secretClipboard = secretClipboardOf(config)
  void secretClipboard.clearAfterCrash()
  const trusted = new TrustedSenders()
  const open = async (url: string): Promise<void> => await openInBrowser(url, config.insecureLoopbackIssuers)
  let window: OneWindow | null = null
  const signIns: SignInWindows = new SignInWindows({
    preload: preload('sign-in-preload'),
    trusted,
    insecureLoopback: config.insecureLoopbackIssuers,
    isPackaged: app.isPackaged,
    parent: () => window?.current() ?? null,
    openInBrowser: open,
    theme: () => vault.preferences.get().theme
  })
  shutOut(signIns)
  const approvals = new ApprovalWindows({
    preload: preload('approval-preload'),
    trusted,
    isPackaged: app.isPackaged,
    icon: join(icons, 'app-256.png'),
    answer: async (answer) => await vault.use.handlers.answerQuestion(answer)
  })
  const secretWindow = new SecretWindow({
    preload: preload('secret-preload'),
    trusted,
    isPackaged: app.isPackaged,
    icon: join(icons, 'app-256.png'),
    parent: () => window?.current() ?? null
  })
  const hideSecrets = (): void => {
    secretWindow.close()
    void secretClipboard.clear()
  }
  const { opened, release } = await takeHome(config.home)
  const vault: Vault = await createVault({
    ...portsOf(config, signIns, open),
    dialogs: transferDialogs(openerOf(calls), (secret) => secretClipboard.copy(secret)),
    outlet: {
      copy: (text) => secretClipboard.copy(text),
      show: (shown) => secretWindow.show(shown)
    },
    tray: trayHost,
    showQuestions: (questions) => approvals.show(questions),
    showLocked: () => window?.show()
  })
  const server = await openVaultSocket(vault, {
    home: config.home,
    version: app.getVersion(),
    holder: 'app',
    onHandOver: () => undefined // the app keeps its home; only a vault without windows gives it up
  })
  opened()
  serve(vault, trusted, signIns)
  serveRequests({
    ipcMain,
    table: approvalRequests,
    channel: approvalChannel,
    handlersFor: (event) => approvals.handlersFor(event)
  })
  serveRequests({
    ipcMain,
    table: shownSecretRequests,
    channel: shownSecretChannel,
    handlersFor: (event) => secretWindow.handlersFor(event)
  })
  followTheme(vault)
  const main = openOneWindow({
    preload: preload('preload'),
    trusted,
    isPackaged: app.isPackaged,
    icon: join(icons, 'app-256.png'),
    show: !config.startHidden,
    place: vault.windowPlace,
    closing: () => closingOf(vault.preferences.get(), trayHost.isThere()),
    crashed: hideSecrets
  })
  window = main
  forwardEvents(vault.on, () => main.current()?.webContents ?? null)
  const tray = openTray(vault, main.show)
  trayHost.onChange((isThere) => {
    if (isThere) tray.placeAgain()
  })
  if (config.startHidden) void showWithoutTray(main, trayHost)
  app.on('second-instance', main.show)
  app.on('activate', main.show)
  onWake(powerMonitor, vault.wake)
  const autoLock = autoLockOf(vault)
  const screenLocked = (): void => {
    hideSecrets()
    autoLock.screenLocked()
  }
  powerMonitor.on('lock-screen', screenLocked)
  powerMonitor.on('suspend', autoLock.slept)
  // Not waited for: a bus that does not answer delays nothing.
  const following = process.platform === 'linux' ? followScreenLock(screenLocked) : null
  vault.on('storageChanged', ({ state }) => {
    if (state === 'locked') hideSecrets()
  })
  closeBeforeQuit(app, async () => {
    trayHost.close()
    tray.close()
    autoLock.close()
    void following?.then((unfollow) => unfollow())
    vault.use.handOver()
    vault.stopMove()
    await server.close()
    await Promise.all([vault.close(), secretClipboard.clear()])
    release()
  })
}

/**
 * Shows a hidden window if no tray appears in time: a starting desktop may show its tray later than its apps.
 */
async function showWithoutTray(main: OneWindow, trayHost: TrayHost): Promise<void> {
  const isReachable = await trayComes(trayHost, TRAY_WAIT_MS)
  if (!isReachable && main.current() !== null) main.show()
}

/** Sets the restrictions of all pages before the first page exists. */
function shutOut(signIns: SignInWindows): void {
  guardWebContents(app, ({ id }) => signIns.isProviderPage(id))
  denyEverything(session.defaultSession)
  serveApp(session.defaultSession.protocol, readAssets(rendererFolder))
  Menu.setApplicationMenu(appMenu(process.platform === 'darwin'))
}

function portsOf(config: Config, surface: SignInWindows, open: VaultPorts['openInBrowser']): VaultPorts {
  return {
    config,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    fetch: networkFetch(),
    addressesOf,
    keychain: helperKeychainLoader(() =>
      forkUtility(join(out, 'keychain-helper.js'), 'Latchkey keychain', helperEnvironment(process.env))
    ),
    surface,
    writeClipboard: async (text) => await clipboard.writeText(text),
    openInBrowser: open,
    confirmRestore: askToRestore,
    warn: (sentence) => void process.stderr.write(`latchkey: ${sentence}\n`),
    version: app.getVersion()
  }
}

function secretClipboardOf({ home }: Config): SecretClipboard {
  const path = homeLayout(home).clipboard
  return new SecretClipboard({
    clipboard: {
      write: writeConcealed,
      read: () => clipboard.readText(),
      clear: () => clipboard.clear()
    },
    note: {
      read: () => readPrivateFile(path),
      write: (text) => writeFileAtomic(path, text),
      remove: () => removeFile(path)
    }
  })
}

function followTheme(vault: Vault): void {
  nativeTheme.themeSource = vault.preferences.get().theme
  vault.on('preferencesChanged', ({ theme }) => void (nativeTheme.themeSource = theme))
}

function serve(vault: Vault, trusted: TrustedSenders, signIns: SignInWindows): void {
  serveRequests({
    ipcMain,
    table: requestsThrough('window', vaultRequests) as typeof vaultRequests,
    channel: requestChannel,
    handlersFor: (event) => (trusted.accepts(event, 'index.html') ? vault.handlers : null)
  })
  serveRequests({
    ipcMain,
    table: stripRequests,
    channel: stripChannel,
    handlersFor: (event) => signIns.handlersFor(event)
  })
}

function autoLockOf(vault: Vault): AutoLock {
  const autoLock = new AutoLock({
    preferences: () => vault.preferences.get(),
    isLocked: () => vault.lock.isLocked,
    lock: () => vault.lock.lock(),
    idleTime: idleTimeOf(process.platform, powerMonitor)
  })
  autoLock.start()
  return autoLock
}

function openTray(vault: Vault, show: () => void): VaultTray {
  const act = (action: TrayAction): void => {
    switch (action.kind) {
      case 'open':
        show()
        return vault.reveal(action.credential)
      case 'refresh-all':
        return void vault.tokens.refreshAll()
      case 'lock':
        return void vault.lock.lock().catch(() => undefined) // a move runs, which the window shows
      case 'quit':
        return app.quit()
    }
  }
  const tray = new VaultTray({ icons, platform: process.platform, act }, vault.trayModel())
  const update = (): void => tray.update(vault.trayModel())
  vault.on('changed', update)
  vault.on('storageChanged', update)
  vault.on('clockChanged', update)
  return tray
}

/** Reports a failed start in a sentence and exits; the thrown error itself is not shown. */
function endWith(error: unknown): void {
  dialog.showErrorBox('Latchkey can’t start', toProblem(error).message)
  app.exit(1)
}
