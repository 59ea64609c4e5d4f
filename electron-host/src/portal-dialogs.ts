// File dialogs of the desktop, requested from this very process over D-Bus, as in Chromium. The portal checks
// the caller before it shows a dialog.
// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.FileChooser.html
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MessageBus, sessionBus, Variant } from 'dbus-native'

const PORTAL = 'org.freedesktop.portal.Desktop'
const PATH = '/org/freedesktop/portal/desktop'
const REQUEST = 'org.freedesktop.portal.Request'

export type FileDialogOptions = {
  title?: string
  buttonLabel?: string
  defaultPath?: string
  [noted: string]: unknown
}
type Method = 'OpenFile' | 'SaveFile'

/** The one connection, and a portal started by a request for its version, as Chromium does when it starts. */
const started = start()
started.catch(() => undefined) // reported by the first dialog

async function start(): Promise<MessageBus> {
  const bus = sessionBus()
  bus.connection.on('error', (error) => console.error(`electron host: session bus: ${error.message}`))
  await bus.invoke({
    destination: PORTAL,
    path: PATH,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: ['org.freedesktop.portal.FileChooser', 'version']
  })
  return bus
}

/** Returns the chosen files; none if the person cancelled or, as with Chromium, if the portal refused. */
export async function chooseFiles(method: Method, options: FileDialogOptions): Promise<string[]> {
  try {
    return await ask(await started, method, options)
  } catch (error) {
    console.error(`electron host: ${method}: ${String(error)}`)
    return []
  }
}

async function ask(bus: MessageBus, method: Method, options: FileDialogOptions): Promise<string[]> {
  const token = `t${randomUUID().replaceAll('-', '')}`
  const request = `${PATH}/request/${bus.name!.slice(1).replaceAll('.', '_')}/${token}`
  const answered = Promise.withResolvers<unknown[]>()
  const event = bus.mangle(request, REQUEST, 'Response')
  bus.signals.once(event, (body: unknown[]) => answered.resolve(body))
  await bus.addMatch(`type='signal',path='${request}',interface='${REQUEST}',member='Response'`)
  await bus.invoke({
    destination: PORTAL,
    path: PATH,
    interface: 'org.freedesktop.portal.FileChooser',
    member: method,
    signature: 'ssa{sv}',
    body: ['', options.title ?? '', { handle_token: new Variant('s', token), ...wishes(method, options) }]
  })
  const [code, results] = await answered.promise
  const { uris = [] } = results as { uris?: string[] }
  return code === 0 ? uris.map((uri) => fileURLToPath(uri)) : []
}

/** An existing folder is opened; any other path is a folder and a name. */
function wishes(method: Method, { buttonLabel, defaultPath }: FileDialogOptions): Record<string, Variant> {
  const wished: Record<string, Variant> = { modal: new Variant('b', true) }
  if (buttonLabel !== undefined) wished['accept_label'] = new Variant('s', buttonLabel)
  if (defaultPath === undefined) return wished
  const isFolder = statSync(defaultPath, { throwIfNoEntry: false })?.isDirectory() === true
  const folder = isFolder ? defaultPath : dirname(defaultPath)
  wished['current_folder'] = new Variant('ay', Buffer.from(`${folder}\0`))
  if (!isFolder && method === 'SaveFile') wished['current_name'] = new Variant('s', basename(defaultPath))
  return wished
}
