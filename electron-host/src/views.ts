// `View` and `WebContentsView`: a rectangle in a window, and one that shows a page.
import { announce } from './announce.ts'
import { HostObject } from './base.ts'
import { placeWindow } from './chromium.ts'
import { WebContents } from './web-contents.ts'
import type { WebPreferences } from './web-preferences.ts'

export type Rectangle = { x: number; y: number; width: number; height: number }
/** What a view needs of the window it is in. */
type Holder = { getContentBounds(): Rectangle; isVisible(): boolean; isFocused(): boolean; focus(): void }

export class View extends HostObject<'bounds-changed'> {
  readonly children: View[] = []
  #bounds: Rectangle = { x: 0, y: 0, width: 0, height: 0 }
  #visible = true
  #holder: Holder | null = null

  addChildView(view: View, index = this.children.length): void {
    this.removeChildView(view) // it moves
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
  /** The page's own background is Chromium's. */
  setBackgroundColor(_color: string): void {}

  /** For the host: the window this view is in, null when in none. */
  heldBy(holder: Holder | null): void {
    this.#holder = holder
    for (const child of this.children) child.heldBy(holder)
    this.place()
  }
  protected get holder(): Holder | null {
    return this.#holder
  }
  /** For the host: the window has moved, shown or hidden itself. */
  place(): void {
    for (const child of this.children) child.place()
  }
}

/**
 * The page is a Chromium window of its own, of the view's size; on a screen it stands where the view would be.
 * As in Electron it outlives its window: the app closes it with `webContents.close()`, or quits.
 * Unlike Electron's, a view without bounds is 800 x 600 and not empty.
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
   * Undefined once the page is gone, as in Electron (shell/browser/api/electron_api_web_contents_view.cc), where the
   * type does not say so either; a rule of the project looks at who reads it (test/unit/electron-rules.test.ts).
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
