// `View` and `WebContentsView`: a rectangle in a window, and a view with a page.
import { announce } from './announce.ts'
import { HostObject } from './base.ts'
import { placeWindow } from './chromium.ts'
import { WebContents } from './web-contents.ts'
import type { WebPreferences } from './web-preferences.ts'

export type Rectangle = { x: number; y: number; width: number; height: number }
/** The members that a view uses of its window. */
type Holder = { getContentBounds(): Rectangle; isVisible(): boolean; isFocused(): boolean; focus(): void }

export class View extends HostObject<'bounds-changed'> {
  readonly children: View[] = []
  #bounds: Rectangle = { x: 0, y: 0, width: 0, height: 0 }
  #visible = true
  #holder: Holder | null = null

  addChildView(view: View, index = this.children.length): void {
    this.removeChildView(view) // a view has one parent
    this.children.splice(index, 0, view)
    view.heldBy(this.#holder)
  }
  removeChildView(view: View): void {
    const index = this.children.indexOf(view)
    if (index === -1) return
    this.children.splice(index, 1)
    view.heldBy(null)
  }
  getBounds(): Rectangle {
    return { ...this.#bounds }
  }
  setBounds(bounds: Rectangle): void {
    this.#bounds = { ...bounds }
    this.place()
    announce(this, 'bounds-changed')
  }
  getVisible(): boolean {
    return this.#visible
  }
  setVisible(visible: boolean): void {
    this.#visible = visible
    this.place()
  }
  /** Does nothing: Chromium paints the background of the page. */
  setBackgroundColor(_color: string): void {}

  /** For the host: sets the window of this view, null for none. */
  heldBy(holder: Holder | null): void {
    this.#holder = holder
    for (const child of this.children) child.heldBy(holder)
    this.place()
  }
  protected get holder(): Holder | null {
    return this.#holder
  }
  /** For the host: the window has moved, or has been shown or hidden. */
  place(): void {
    for (const child of this.children) child.place()
  }
}

/**
 * The page is a separate Chromium window of the view's size; on a screen it has the place of the view. As in
 * Electron it outlives its window: the app closes it with `webContents.close()`, or quits. Unlike in
 * Electron, a view without bounds is 800 x 600 and not empty.
 */
export class WebContentsView extends View {
  readonly #contents: WebContents
  #placed: Promise<void> = Promise.resolve()

  constructor({ webPreferences }: { webPreferences?: WebPreferences } = {}) {
    super()
    const owner = {
      pageGone: () => undefined,
      focus: () => this.holder?.focus(),
      isFocused: () => this.holder?.isFocused() ?? false
    }
    this.#contents = new WebContents(owner, {
      size: { width: 800, height: 600 },
      preferences: webPreferences
    })
  }
  /**
   * Undefined once the page is gone, as in Electron (shell/browser/api/electron_api_web_contents_view.cc),
   * whose type does not say so either; a rule of the project checks the code that reads it
   * (test/unit/electron-rules.test.ts).
   */
  get webContents(): WebContents {
    return (this.#contents.isDestroyed() ? undefined : this.#contents) as WebContents
  }
  override place(): void {
    super.place()
    const { x, y, width, height } = this.getBounds()
    const contents = this.#contents
    if (width === 0 || height === 0 || contents.isDestroyed()) return
    const window = this.holder?.getContentBounds() ?? { x: 0, y: 0 }
    const visible = this.getVisible() && (this.holder?.isVisible() ?? false)
    const place = { x: window.x + x, y: window.y + y, width, height, visible }
    this.#placed = Promise.all([this.#placed, contents.attached])
      .then(() => placeWindow(contents.targetId, place))
      .catch(() => undefined) // the page may be gone
  }
}
