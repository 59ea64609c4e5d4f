/** Which turns of the window's `focus` a pane has taken. Panes come and go; none takes a turn that was taken before. */
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
