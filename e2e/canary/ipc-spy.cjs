// Loaded before the app's entry (electron -r), after e2e/spy.cjs, on real Electron and on the host alike.
// Notes everything that leaves the vault process or is an error in it, so that the canary can be searched
// there. It is not part of the app.
const { app, clipboard, dialog, ipcMain, Menu, Notification, session, Tray } = require('electron')
const { subscribe } = require('node:diagnostics_channel')
const { inspect } = require('node:util')
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

const seen = (globalThis.__canary = {
  frames: [],
  errors: [],
  labels: [],
  requests: [],
  peers: [],
  said: [],
  alive: []
})

const text = (value) => JSON.stringify(value) ?? String(value)
const frame = (where, value) => seen.frames.push({ where, text: text(value) })
const label = (where, value) => seen.labels.push({ where, text: text(value) })
const errorText = (error) => inspect(error, { depth: 10, showHidden: true, maxStringLength: null })

// IPC, both ways.
for (const name of ['handle', 'handleOnce', 'on', 'once']) {
  const answers = name.startsWith('handle')
  if (!Reflect.has(ipcMain, name)) continue
  const register = ipcMain[name].bind(ipcMain)
  ipcMain[name] = (channel, listener) =>
    register(channel, async (event, ...args) => {
      frame(`to main ${channel}`, args)
      const answer = await listener(event, ...args)
      if (answers) frame(`to page ${channel}`, answer)
      return answer
    })
}
app.on('web-contents-created', (_event, contents) => {
  for (const name of ['send', 'executeJavaScript']) {
    const original = contents[name].bind(contents)
    contents[name] = (...args) => {
      frame(`to page ${text(args[0])}`, args)
      return original(...args)
    }
  }
  contents.on('page-title-updated', (_title, title) => label('title of a page', title))
})

// Errors: every one of our own classes as soon as it is made, and those that Node itself reports.
const own = new Set(['VaultError', 'TransportError', 'TokenRefusal'])
function note(error) {
  seen.alive.push(new WeakRef(error))
  setImmediate(() => {
    if (own.has(error.name)) seen.errors.push({ where: error.name, text: errorText(error) })
  })
  return error
}
for (const name of ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError', 'DOMException']) {
  globalThis[name] = new Proxy(globalThis[name], {
    construct: (target, args, made) => note(Reflect.construct(target, args, made)),
    apply: (target, self, args) => note(Reflect.apply(target, self, args))
  })
}
for (const event of ['warning', 'uncaughtExceptionMonitor']) {
  process.on(event, (error) => seen.errors.push({ where: event, text: errorText(error) }))
}
/** True for Electron's own error of a page closed during loading; it names the address, as the page did. */
const isLoadError = ({ code, url }) => String(code).startsWith('ERR_') && String(url).startsWith('http')

/** Returns the errors of any class that are still referenced. */
seen.heldErrors = async () => {
  await new Promise(setImmediate) // a WeakRef that was read keeps its object until the end of the turn
  collectGarbage()
  return seen.alive.flatMap((reference) => {
    const error = reference.deref()
    return error === undefined || isLoadError(error)
      ? []
      : [{ where: `held ${error.name}`, text: errorText(error) }]
  })
}

// Texts that the desktop shows.
const wrap = (owner, name, where) => {
  if (!Reflect.has(owner, name)) return
  const original = owner[name]
  owner[name] = function (...args) {
    label(where, args)
    return original.apply(this, args)
  }
}
wrap(Tray.prototype, 'setToolTip', 'tooltip of the tray')
wrap(Tray.prototype, 'setTitle', 'title of the tray')
wrap(Menu, 'buildFromTemplate', 'menu')
for (const name of ['showErrorBox', 'showMessageBox', 'showMessageBoxSync']) wrap(dialog, name, 'dialog')
const { show } = Notification.prototype
Notification.prototype.show = function () {
  label('notification', [this.title, this.body])
  return show.call(this)
}
for (const name of ['writeText', 'write']) wrap(clipboard, name, 'clipboard')

// Network of the main process: requests as they are made, and every address that it connects to.
const request = (input, init) =>
  seen.requests.push({
    where: String(input?.url ?? input),
    text: text([String(init?.body ?? ''), init?.headers])
  })
const { fromPartition } = session
const watched = new WeakSet()
session.fromPartition = function (...args) {
  const found = fromPartition.apply(this, args)
  if (watched.has(found)) return found
  watched.add(found)
  const fetch = found.fetch.bind(found)
  found.fetch = (input, init) => {
    request(input, init)
    return fetch(input, init)
  }
  return found
}
subscribe('net.client.socket', ({ socket }) => {
  // The session bus is a socket of this computer, so its messages are searched too. All data of a stream ends
  // in one of these two.
  for (const name of ['_write', '_writev']) {
    const write = socket[name]
    socket[name] = function (data, ...rest) {
      const chunks = Array.isArray(data) ? data.map(({ chunk }) => chunk) : [data]
      const isLocal = this._handle?.constructor.name === 'Pipe'
      if (isLocal) seen.said.push(...chunks.map((chunk) => Buffer.from(chunk).toString('latin1')))
      return write.call(this, data, ...rest)
    }
  }
  socket.once('connect', () => {
    if (socket.remoteAddress !== undefined) seen.peers.push(`${socket.remoteAddress}:${socket.remotePort}`)
  })
})
