// A small app that uses the parts of Electron that the vault's shell uses; plain JavaScript needs no build.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { app, BrowserWindow, ipcMain, Menu, nativeImage, protocol, session, shell, Tray } from 'electron'
import { faults } from './faults.js'

const folder = import.meta.dirname
const TYPES = { '.html': 'text/html', '.js': 'text/javascript' }
const CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'"

globalThis.faults = faults // a spec asks for one
let window
let tray
let quitting = false

Menu.setApplicationMenu(null) // Electron's default menu would take height from every window
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])

function openWindow() {
  window = new BrowserWindow({
    width: 760,
    height: 480,
    webPreferences: { preload: join(folder, 'preload.cjs'), sandbox: true, contextIsolation: true }
  })
  window.on('close', (event) => {
    if (quitting) return
    event.preventDefault()
    window.hide()
  })
  const { webContents } = window
  webContents.on('will-navigate', (event) => event.preventDefault())
  webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https:')) void shell.openExternal(url)
    return { action: 'deny' }
  })
  void window.loadURL('app://vault/index.html')
}

function openTray() {
  tray = new Tray(nativeImage.createEmpty())
  tray.setToolTip('Host Fixture')
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: '2 services', enabled: false },
      { type: 'separator' },
      { label: 'Show', click: () => window.show() },
      { label: 'Quit', role: 'quit' }
    ])
  )
  tray.on('click', () => window.show())
}

function serveApp() {
  protocol.handle('app', async (request) => {
    const { pathname } = new URL(request.url)
    const body = await readFile(join(folder, 'pages', pathname)).catch(() => undefined)
    if (body === undefined) return new Response('not found', { status: 404 })
    const type = TYPES[extname(pathname)] ?? 'application/octet-stream'
    return new Response(new Uint8Array(body), {
      headers: { 'content-type': type, 'content-security-policy': CSP }
    })
  })
}

function answerPages() {
  ipcMain.handle('echo', (_event, value) => value)
  ipcMain.handle('fail', () => {
    throw new RangeError('no such service: nope')
  })
  ipcMain.handle('function', () => () => undefined)
  ipcMain.handle('sender', ({ sender, senderFrame }) => ({
    same: sender === window.webContents,
    url: senderFrame.url,
    origin: senderFrame.origin,
    isTop: senderFrame.parent === null && senderFrame.top === senderFrame
  }))
  ipcMain.on('say', (event, text) => event.sender.send('said', `${text}!`))
}

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  app.on('second-instance', () => window.show())
  app.on('before-quit', () => (quitting = true))
  app.on('window-all-closed', () => undefined)
  void app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
    session.defaultSession.setPermissionCheckHandler(() => false)
    serveApp()
    answerPages()
    openWindow()
    openTray()
  })
}
