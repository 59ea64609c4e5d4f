/** The turns of the window's `focus` that a pane has taken. Panes come and go; a turn is taken once. */
export type FocusTurns = {
  readonly isTaken: (turn: number) => boolean
  readonly take: (turn: number) => void
}

export function createFocusTurns(): FocusTurns {
  let last = 0
  return {
    isTaken: (turn) => turn <= last,
    take: (turn) => {
      last = Math.max(last, turn)
    }
  }
}
