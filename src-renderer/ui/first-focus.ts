const FIELDS = 'input, textarea, select'
const CONTROLS = `${FIELDS}, button, summary, a[href], [role="checkbox"]`

/** What a dialog is opened for: what is marked, else the first field, else the first thing to press; never its cross. */
export function firstToDo(popup: HTMLElement | null): HTMLElement | null {
  if (popup === null) return null
  const marked = popup.querySelector<HTMLElement>('[data-first]')
  if (marked !== null) return marked
  const usable = [...popup.querySelectorAll<HTMLElement>(CONTROLS)].filter(
    (element) =>
      element.closest('header') === null &&
      element.tabIndex >= 0 &&
      !element.matches(':disabled') &&
      element.checkVisibility()
  )
  return usable.find((element) => element.matches(FIELDS)) ?? usable[0] ?? null
}

/** The element that had the focus may be gone with what the dialog said before. */
export function isFocusLost(popup: HTMLElement | null): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || activeElement === popup
}
