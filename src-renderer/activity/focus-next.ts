/**
 * The button that ended a row is gone with it: the focus moves to the next button of its kind, else to the first
 * stop of the page. It stays where it is if the person has moved it meanwhile. A question that is still closing
 * keeps the focus until it is gone, and would then give it back to the button that is gone.
 */
export function focusNext(part: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const at = document.activeElement
    if (at?.closest('[role=alertdialog]')) return focusNext(part)
    if (at !== null && at !== document.body) return
    const page = part?.closest<HTMLElement>('[data-pane]')
    const next =
      part?.querySelector<HTMLElement>('[data-end]') ?? page?.querySelector<HTMLElement>('[data-first]')
    next?.focus()
  })
}
