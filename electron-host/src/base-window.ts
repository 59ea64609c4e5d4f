// `BaseWindow`: a window without a page of its own. It is not drawn; the host keeps its state.
import { app } from './app.ts'
import { announce, isPrevented } from './announce.ts'
import { HostObject } from './base.ts'
import { throwWhenDestroyed } from './destroyable.ts'
import { Menu } from './menu.ts'
import { screen } from './screen.ts'
import { type Rectangle, View } from './views.ts'

/** Options without effect here (icon, title bar, colours) are accepted. */
export type BaseWindowConstructorOptions = {
  width?: number
  height?: number
  x?: number
  y?: number
  show?: boolean
  title?: string
  parent?: BaseWindow
  minWidth?: number
  minHeight?: number
  backgroundColor?: string
  autoHideMenuBar?: boolean
  alwaysOnTop?: boolean
  [noted: string]: unknown
}

type Emitted =
  | 'close'
  | 'closed'
  | 'show'
  | 'hide'
  | 'focus'
  | 'blur'
  | 'minimize'
  | 'restore'
  | 'maximize'
  | 'unmaximize'
  | 'resize'
  | 'move'
/** Additional events of a BrowserWindow. */
type OfItsPage = 'ready-to-show' | 'page-title-updated'

export class BaseWindow extends HostObject<Emitted | OfItsPage> {
  static #focused: BaseWindow | null = null
  static #nextId = 1
  static getAllWindows(): BaseWindow[] {
    return [...app.host.windows] as BaseWindow[]
  }
  static getFocusedWindow(): BaseWindow | null {
    return BaseWindow.#focused
  }
  static fromId(id: number): BaseWindow | null {
    return BaseWindow.getAllWindows().find((window) => window.id === id) ?? null
  }

  static {
    throwWhenDestroyed(this, { but: ['destroy', 'end', 'place'] })
  }

  readonly #id = BaseWindow.#nextId++
  readonly #contentView = new View()
  readonly #parent: BaseWindow | null
  readonly #minimum: { width: number; height: number }
  readonly #menuBar: MenuBar
  #bounds: Rectangle
  #title: string
  #visible = false
  #minimized = false
  /** Bounds before it was maximized; null: it is not. */
  #normal: Rectangle | null = null
  #destroyed = false
  #closing = false
  #alwaysOnTop: boolean

  constructor(options: BaseWindowConstructorOptions = {}) {
    super()
    if (!app.isReady()) throw new Error(`Cannot create ${this.constructor.name} before app is ready`)
    const { x = 0, y = 0, width = 800, height = 600, title = app.getName(), parent = null } = options
    this.#minimum = { width: options.minWidth ?? 0, height: options.minHeight ?? 0 }
    this.#bounds = this.#atLeastMinimum({ x, y, width, height })
    this.#title = title
    this.#parent = parent
    this.#alwaysOnTop = options.alwaysOnTop ?? false
    this.#menuBar = new MenuBar(options.autoHideMenuBar ?? false)
    this.#menuBar.setMenu(Menu.getApplicationMenu())
    this.#contentView.heldBy(this)
    app.host.windows.add(this)
    if (new.target === BaseWindow && options.show !== false) this.show()
  }

  get id(): number {
    return this.#id
  }
  get contentView(): View {
    return this.#contentView
  }
  /** The request of the user or the app to close; the app may refuse it. */
  close(): void {
    this.#closing = true
    const refused = isPrevented(this, 'close')
    this.#closing = false
    if (refused) app.host.closeRefused()
    else this.end()
  }
  /** A second call does nothing. */
  destroy(): void {
    if (this.#destroyed) return
    if (this.#closing) throw new Error('electron host: a window is destroyed inside its own close event')
    for (const child of BaseWindow.getAllWindows()) if (child.getParentWindow() === this) child.destroy()
    this.#destroyed = true
    if (BaseWindow.#focused === this) BaseWindow.#focused = null
    this.#contentView.heldBy(null)
    announce(this, 'closed')
    app.host.windowClosed(this)
  }
  isDestroyed(): boolean {
    return this.#destroyed
  }
  getParentWindow(): BaseWindow | null {
    return this.#parent
  }

  show(): void {
    this.showInactive()
    this.focus()
  }
  showInactive(): void {
    if (this.isVisible()) return
    this.#visible = true
    this.#minimized = false
    this.place()
    announce(this, 'show')
  }
  hide(): void {
    if (!this.#visible) return
    this.#visible = false
    this.blur()
    this.place()
    announce(this, 'hide')
  }
  focus(): void {
    if (BaseWindow.#focused === this || !this.#visible) return
    BaseWindow.#focused?.blur()
    BaseWindow.#focused = this
    announce(this, 'focus')
  }
  blur(): void {
    if (BaseWindow.#focused !== this) return
    BaseWindow.#focused = null
    announce(this, 'blur')
  }
  minimize(): void {
    this.#minimized = true
    this.place()
    announce(this, 'minimize')
  }
  restore(): void {
    this.#minimized = false
    this.place()
    announce(this, 'restore')
  }
  isVisible(): boolean {
    return this.#visible && !this.#minimized
  }
  isMinimized(): boolean {
    return this.#minimized
  }
  maximize(): void {
    this.showInactive()
    if (this.#normal !== null) return
    const normal = this.getBounds()
    this.setBounds(screen.getPrimaryDisplay().workArea)
    this.#normal = normal
    announce(this, 'maximize')
  }
  unmaximize(): void {
    const normal = this.#normal
    if (normal === null) return
    this.#normal = null
    this.setBounds(normal)
    announce(this, 'unmaximize')
  }
  isMaximized(): boolean {
    return this.#normal !== null
  }
  isFocused(): boolean {
    return BaseWindow.#focused === this
  }

  getTitle(): string {
    return this.#title
  }
  setTitle(title: string): void {
    this.#title = title
  }
  getBounds(): Rectangle {
    return { ...this.#bounds }
  }
  getNormalBounds(): Rectangle {
    return this.#normal === null ? this.getBounds() : { ...this.#normal }
  }
  /** There is no frame: the content is the window without its menu bar. */
  getContentBounds(): Rectangle {
    const { height } = this.#menuBar
    return { ...this.#bounds, y: this.#bounds.y + height, height: this.#bounds.height - height }
  }
  getSize(): number[] {
    return [this.#bounds.width, this.#bounds.height]
  }
  getContentSize(): number[] {
    const { width, height } = this.getContentBounds()
    return [width, height]
  }
  setBounds(bounds: Partial<Rectangle>): void {
    const { x, y, width, height } = this.#bounds
    this.#bounds = this.#atLeastMinimum({ ...this.#bounds, ...bounds })
    this.place()
    if (this.#bounds.x !== x || this.#bounds.y !== y) announce(this, 'move')
    if (this.#bounds.width !== width || this.#bounds.height !== height) announce(this, 'resize')
  }
  setPosition(x: number, y: number): void {
    this.setBounds({ x, y })
  }
  getPosition(): number[] {
    return [this.#bounds.x, this.#bounds.y]
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height })
  }
  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height: height + this.#menuBar.height })
  }
  /** The order of windows is only noted: nothing covers a page here. */
  setAlwaysOnTop(flag: boolean): void {
    this.#alwaysOnTop = flag
  }
  isAlwaysOnTop(): boolean {
    return this.#alwaysOnTop
  }
  setBackgroundColor(_color: string): void {}
  setMenu(menu: object | null): void {
    this.#menuBar.setMenu(menu)
    this.place()
  }
  removeMenu(): void {
    this.setMenu(null)
  }
  setMenuBarVisibility(visible: boolean): void {
    this.#menuBar.setVisible(visible)
    this.place()
  }
  setContentProtection(_enable: boolean): void {}

  /** For the host: ends the window after no listener has refused. */
  protected end(): void {
    this.destroy()
  }
  /** For the host: shows the parts of the window on the screen. */
  protected place(): void {
    this.#contentView.place()
  }
  #atLeastMinimum(bounds: Rectangle): Rectangle {
    const { width, height } = this.#minimum
    return { ...bounds, width: Math.max(width, bounds.width), height: Math.max(height, bounds.height) }
  }
}

// The menu bar of a window, which on Linux and Windows takes height from its content (shell/browser/ui/views/root_view.cc).

/** GTK's menu bar is 24 to 30 pixels high, depending on its theme. */
const HEIGHT = 28

class MenuBar {
  readonly #hidesItself: boolean
  #hasMenu = false
  #isVisible = false

  /** `hidesItself`: the bar appears only with the Alt key, which is never pressed here. */
  constructor(hidesItself: boolean) {
    this.#hidesItself = hidesItself
  }
  get height(): number {
    return this.#isVisible ? HEIGHT : 0
  }
  setMenu(menu: object | null): void {
    const isNew = menu !== null && !this.#hasMenu
    this.#hasMenu = menu !== null && process.platform !== 'darwin' // where the menu is the desktop's
    if (isNew && !this.#hidesItself) this.setVisible(true)
    if (!this.#hasMenu) this.#isVisible = false
  }
  setVisible(isVisible: boolean): void {
    if (this.#hasMenu) this.#isVisible = isVisible
  }
}
