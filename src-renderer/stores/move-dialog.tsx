import { useState } from 'react'
import type { StoreMove } from '#shared/stores.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { storesText } from '../text/stores-text.ts'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { MoveChoice } from './move-choice.tsx'
import { MoveEnded, MoveLeft, type LeftOver } from './move-end.tsx'
import { MoveProgress } from './move-progress.tsx'
import type { StoreChoice } from './move-form.ts'
import { useMoves } from './use-moves.ts'

/** A move from the choice of a store to its end, or the rest of an interrupted one. */
export function MoveDialog({ open, to }: { readonly open: boolean; readonly to: StoreChoice | null }) {
  const { commands } = useWindow()
  const isFirst = useReady().credentials.size === 0
  return (
    <DialogFrame
      title={isFirst ? storesText.firstTitle : storesText.title}
      open={open}
      onClose={commands.close}
      keepOnOutsidePress
    >
      <MoveBody to={to} />
    </DialogFrame>
  )
}

function MoveBody({ to }: { readonly to: StoreChoice | null }) {
  const { move } = useReady()
  const { commands } = useWindow()
  const moves = useMoves()
  // A move that ended before the dialog opened is not shown.
  const [shown, setShown] = useState(move !== null && move.state.kind !== 'done')
  const current = shown ? move : null
  if (current === null) return <MoveChoice moves={moves} first={to} onBegun={() => setShown(true)} />
  switch (current.state.kind) {
    case 'running':
      return <MoveProgress move={current} state={current.state} onClose={commands.close} />
    case 'done':
      return <MoveEnded move={current} moved={current.state.moved} onClose={commands.close} />
    case 'failed':
    case 'interrupted':
      return <MoveLeft {...{ moves }} left={leftOf(current)} onChoose={() => setShown(false)} />
  }
}

function leftOf(move: StoreMove): LeftOver {
  const { state } = move
  const canUndo = 'canUndo' in state && state.canUndo
  return { move, canUndo, canResume: state.kind === 'failed' ? state.canResume : true }
}
