// `Menu` and `Tray`: kept as models that the app drives and a test reads.
import { app } from './app.ts'
import { HostObject, HostValue, type Silent } from './base.ts'
import { throwWhenDestroyed } from './destroyable.ts'
import type { NativeImage } from './images.ts'

export type MenuItemConstructorOptions = {
  label?: string
  type?: string
  role?: string
  id?: string
  enabled?: boolean
  visible?: boolean
  checked?: boolean
  accelerator?: string
  toolTip?: string
  sublabel?: string
  icon?: NativeImage | string
  submenu?: MenuItemConstructorOptions[] | Menu
  click?: (item: MenuItem, window: unknown, event: object) => void
}

export class MenuItem extends HostValue {
  readonly type: string
  readonly role: string | undefined
  readonly id: string
  readonly submenu: Menu | undefined
  readonly accelerator: string | undefined
  readonly icon: NativeImage | string | undefined
  label: string
  sublabel: string
  toolTip: string
  enabled: boolean
  visible: boolean
  checked: boolean
  /** Acts as if a person had chosen the item. */
  readonly click: (event?: object, window?: unknown) => void

  constructor(options: MenuItemConstructorOptions) {
    super()
    this.submenu = Array.isArray(options.submenu) ? Menu.buildFromTemplate(options.submenu) : options.submenu
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal')
    this.role = options.role
    this.id = options.id ?? ''
    this.accelerator = options.accelerator
    this.icon = options.icon
    this.label = options.label ?? options.role ?? ''
    this.sublabel = options.sublabel ?? ''
    this.toolTip = options.toolTip ?? ''
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    this.click = (event = {}, window) => {
      if (this.type === 'checkbox') this.checked = !this.checked
      if (options.click) options.click(this, window, event)
      else if (this.role === 'quit') app.quit()
      else if (this.role === 'close') (window as { close(): void } | undefined)?.close()
    }
  }
}

export class Menu extends HostObject {
  static #application: Menu | null = null
  static #wasSet = false
  readonly items: MenuItem[] = []

  static buildFromTemplate(template: (MenuItemConstructorOptions | MenuItem)[]): Menu {
    const menu = new Menu()
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item))
    return menu
  }
  /** Sets also the menu of every window, as in Electron, except on macOS. */
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#wasSet = true
    Menu.#application = menu
    for (const window of app.host.windows) window.setMenu(menu)
  }
  /** For the host, when the app is ready: an app without a menu gets a default one. */
  static setDefaultMenu(): void {
    const template = ['fileMenu', 'editMenu', 'viewMenu', 'windowMenu'].map((role) => ({ role }))
    if (!Menu.#wasSet) Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }
  append(item: MenuItem): void {
    this.items.push(item)
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}

/** The tray is not shown, and Electron has no way to read it back: a test notes the calls of the app. */
export class Tray extends HostObject<Silent<'click'>> {
  static {
    throwWhenDestroyed(this, { but: ['destroy'], fault: () => new Error('Tray is destroyed') })
  }
  #destroyed = false
  constructor(_image: NativeImage | string) {
    super()
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready')
  }
  setImage(_image: NativeImage | string): void {}
  setToolTip(_toolTip: string): void {}
  setContextMenu(_menu: Menu | null): void {}
  destroy(): void {
    this.#destroyed = true
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
}
