import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron'
import type { TrayAction, TrayIcon, TrayItem, TrayModel } from '../core/list/tray-status.ts'

type TrayOptions = {
  /** Folder of `tray-<icon>-<light|dark>.png` and `tray-<icon>Template.png`. */
  readonly icons: string
  readonly platform: NodeJS.Platform
  readonly act: (action: TrayAction) => void
}

/** The tray, which shows only the model; it is rebuilt at most once a second. */
export class VaultTray {
  #tray: Tray
  readonly #options: TrayOptions
  #shown = ''
  #next: TrayModel | null = null
  #pause: NodeJS.Timeout | null = null

  constructor(options: TrayOptions, model: TrayModel) {
    this.#options = options
    this.#tray = this.#placed(model)
    nativeTheme.on('updated', this.#themed)
    this.#show(model)
  }

  /** Shows the model now, or when a second has passed since the last change. */
  update(model: TrayModel): void {
    if (this.#tray.isDestroyed()) return // the vault's last changes come while it closes
    this.#next = model
    if (this.#pause !== null) return
    this.#flush()
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.#flush()
    }, 1000)
    this.#pause.unref()
  }

  /**
   * Places the icon again for a tray that appears later: on Linux Electron looks for a tray only when an icon
   * is made.
   */
  placeAgain(): void {
    const model = this.#next
    if (model === null) return
    this.#tray.destroy()
    this.#tray = this.#placed(model)
    this.#shown = ''
    this.#show(model)
  }

  close(): void {
    if (this.#pause !== null) clearTimeout(this.#pause)
    nativeTheme.off('updated', this.#themed)
    this.#tray.destroy()
  }

  readonly #themed = (): void => {
    const model = this.#next
    this.#shown = ''
    if (model !== null) this.#show(model)
  }

  #placed(model: TrayModel): Tray {
    const tray = new Tray(this.#image(model.icon))
    tray.on('click', () => this.#options.act({ kind: 'open', credential: null }))
    return tray
  }

  #flush(): void {
    if (this.#next !== null) this.#show(this.#next)
  }

  #show(model: TrayModel): void {
    this.#next = model
    const text = JSON.stringify(model)
    if (text === this.#shown) return
    this.#shown = text
    this.#tray.setImage(this.#image(model.icon))
    this.#tray.setToolTip(model.tooltip)
    // Linux shows a changed menu only after it was set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => this.#menuItem(item))))
  }

  #menuItem(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'text':
        return { label: item.label, enabled: false }
      case 'action':
        return { label: item.label, enabled: item.enabled, click: () => this.#options.act(item.action) }
    }
  }

  #image(icon: TrayIcon) {
    // macOS colours a template itself; Electron recognizes one by its name.
    const isMac = this.#options.platform === 'darwin'
    const kind = isMac ? 'Template' : nativeTheme.shouldUseDarkColors ? '-dark' : '-light'
    return nativeImage.createFromPath(join(this.#options.icons, `tray-${icon}${kind}.png`))
  }
}
