// Deliberate faults to which Electron responds with an exception, while a lenient stand-in would hide them.
import { BaseWindow, nativeImage, Tray, WebContentsView } from 'electron'

function openView() {
  const view = new WebContentsView()
  new BaseWindow({ show: false }).contentView.addChildView(view)
  return view
}
const closesItself = 'data:text/html,<script>window.close()</script>'

export const faults = {
  /** Uses the page of a view after the page has closed itself. */
  view() {
    const view = openView()
    view.webContents.once('destroyed', () => setImmediate(() => view.webContents.session))
    view.webContents.loadURL(closesItself).catch(() => undefined)
  },
  /** Changes a tray after its end. */
  tray() {
    const tray = new Tray(nativeImage.createEmpty())
    tray.destroy()
    setImmediate(() => tray.setToolTip('late'))
  },
  /** The address check of one page uses another page, which is gone. */
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
