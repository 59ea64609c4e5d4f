/**
 * The button that ended a row is gone with it: the focus moves to the next button of its kind, else to the first
 * stop of the page. It stays where it is if the person has moved it meanwhile.
 */
export function focusNext(part: HTMLElement | null): void {
  requestAnimationFrame(() => {
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const page = part?.closest<HTMLElement>('[data-pane]')
    const next =
      part?.querySelector<HTMLElement>('[data-end]') ?? page?.querySelector<HTMLElement>('[data-first]')
    next?.focus()
  })
}
