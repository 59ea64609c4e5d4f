import { type KeyboardEvent, type RefObject, useLayoutEffect } from 'react'

/**
 * Makes the buttons of a part one stop of Tab: the one that has the focus or had it last there, else the current one. The
 * arrows move between them (ARIA Authoring Practices, roving tabindex). Returns the handler of the part’s keys.
 */
export function useOneTabStop(part: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  // After every render, because buttons come and go and another one becomes the current one.
  useLayoutEffect(() => {
    const buttons = buttonsOf(part.current)
    const active = buttons.find((button) => button === document.activeElement)
    setStop(buttons, active ?? buttons.find((button) => button.hasAttribute('aria-current')) ?? buttons[0])
  })
  return (event) => {
    const buttons = buttonsOf(part.current)
    const here = buttons.findIndex((button) => button === document.activeElement)
    const next = target(event.key, here, buttons.length)
    const button = next === null ? undefined : buttons.at(next % buttons.length)
    if (here < 0 || button === undefined) return
    event.preventDefault()
    setStop(buttons, button)
    button.focus()
  }
}

/** Returns the index to go to; -1: the last. Null: the key moves nothing. */
function target(key: string, here: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return here + 1
    case 'ArrowUp':
      return here - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

function buttonsOf(part: HTMLElement | null): readonly HTMLElement[] {
  return [...(part?.querySelectorAll<HTMLElement>('button') ?? [])].filter((button) =>
    button.checkVisibility()
  )
}

function setStop(buttons: readonly HTMLElement[], stop: HTMLElement | undefined): void {
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1
}
