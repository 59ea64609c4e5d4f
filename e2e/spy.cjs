// Loaded before the app's entry (electron -r), on real Electron and on the host alike. Electron has no list
// of trays and would open a real browser, so the specs read the notes of this file. It is not part of the
// app.
const { app, Tray, dialog, shell, clipboard } = require('electron')

const spy = (globalThis.__e2e = {
  trays: [],
  opened: [],
  copied: [],
  authorizationUrls: [],
  asked: [],
  toolTip: ''
})

// Electron would show a dialog that waits for a person; every spec ends without such a line (`fixture.ts`).
process.on('uncaughtException', (error) => process.stderr.write(`Uncaught Exception:\n${error.stack}\n`))

const { setContextMenu, setToolTip } = Tray.prototype
Tray.prototype.setContextMenu = function (menu) {
  const known = spy.trays.find((entry) => entry.tray === this)
  if (known) known.menu = menu
  else spy.trays.push({ tray: this, menu })
  return setContextMenu.call(this, menu)
}
Tray.prototype.setToolTip = function (text) {
  spy.toolTip = text
  return setToolTip.call(this, text)
}
shell.openExternal = async (url) => void spy.opened.push(url)
const writeText = clipboard.writeText.bind(clipboard)
clipboard.writeText = async (text) => {
  spy.copied.push(text)
  return writeText(text)
}
const write = clipboard.write.bind(clipboard)
clipboard.write = async (items) => {
  for (const item of items) spy.copied.push(await (await item.getType('text/plain')).text())
  return write(items)
}
// The content of the system's clipboard when the app starts.
if (process.env.LATCHKEY_E2E_CLIPBOARD !== undefined) void writeText(process.env.LATCHKEY_E2E_CLIPBOARD)
// No person is there to answer a dialog: a test sets beforehand which button is pressed.
if (process.env.LATCHKEY_E2E_DIALOG !== undefined) {
  dialog.showMessageBox = async (options) => {
    spy.asked.push(options.message)
    return { response: Number(process.env.LATCHKEY_E2E_DIALOG), checkboxChecked: false }
  }
}
app.on('web-contents-created', (_event, contents) => {
  const loadURL = contents.loadURL.bind(contents)
  contents.loadURL = (url, options) => {
    if (url.includes('redirect_uri=')) spy.authorizationUrls.push(url)
    return loadURL(url, options)
  }
})
