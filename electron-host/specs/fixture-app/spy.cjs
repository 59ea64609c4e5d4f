// Loaded before the app's entry (electron -r). Electron has no list of trays and would open a real browser
// for shell.openExternal, so the specs read the notes of this file, under the host and under Electron.
const { Tray, shell } = require('electron')

const spy = (globalThis.hostSpy = { opened: [], uncaught: [] })

// Under Electron a dialog would wait for a person; every spec ends with this list empty.
process.on('uncaughtException', (error) => spy.uncaught.push(error.message))

for (const method of ['setContextMenu', 'setToolTip']) {
  const original = Tray.prototype[method]
  Tray.prototype[method] = function (value) {
    Object.assign(spy, { tray: this, [method]: value })
    return original.call(this, value)
  }
}
shell.openExternal = async (url) => void spy.opened.push(url)
