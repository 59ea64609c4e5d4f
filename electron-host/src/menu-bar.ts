// The menu bar of a window, which on Linux and Windows takes height from its content (shell/browser/ui/views/root_view.cc).

/** GTK's is 24 to 30 pixels high, by its theme. */
const HEIGHT = 28

export class MenuBar {
  readonly #hidesItself: boolean
  #hasMenu = false
  #isVisible = false

  /** `hidesItself`: it comes with the Alt key alone, which nobody presses here. */
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
