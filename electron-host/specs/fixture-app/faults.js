// Faults on purpose, of the kind that Electron answers with an exception and a lenient stand-in would hide.
import { BaseWindow, nativeImage, Tray, WebContentsView } from 'electron'

function openView() {
  const view = new WebContentsView()
  new BaseWindow({ show: false }).contentView.addChildView(view)
  return view
}
const closesItself = 'data:text/html,<script>window.close()</script>'

export const faults = {
  /** The page of a view is asked for after it closed itself. */
  view() {
    const view = openView()
    view.webContents.once('destroyed', () => setImmediate(() => view.webContents.session))
    view.webContents.loadURL(closesItself).catch(() => undefined)
  },
  /** A tray is changed after its end. */
  tray() {
    const tray = new Tray(nativeImage.createEmpty())
    tray.destroy()
    setImmediate(() => tray.setToolTip('late'))
  },
  /** The address check of one page asks another page, which is gone. */
  listener(site) {
    const other = openView()
    const { webContents } = openView()
    webContents.on('will-navigate', (event) => {
      if (other.webContents.id !== webContents.id) event.preventDefault()
    })
    other.webContents.once('destroyed', () => void webContents.loadURL(site))
    other.webContents.loadURL(closesItself).catch(() => undefined)
  }
}
