import { ArrowRightLeft } from 'lucide-react'
import screen from '../screens/screens.module.css'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { useMoves } from '../stores/use-moves.ts'

/** Shows a move that is under way, was interrupted or failed half-way, until it is settled. */
export function MoveBanner() {
  const { move } = useReady()
  const { commands, state: window } = useWindow()
  const moves = useMoves()
  if (move === null || window.dialog.kind === 'move') return null
  const { state, to, from } = move
  if (state.kind === 'done' || (state.kind === 'failed' && !state.canResume)) return null
  const canUndo = state.kind !== 'running' && state.canUndo
  const text = {
    running: storesText.running(to),
    interrupted: storesText.interrupted(to),
    failed: storesText.failed(to)
  }[state.kind]
  const whole = canUndo ? storesText.stillIn(from) : storesText.alreadyIn(from, to)
  const show = (): void => commands.show({ kind: 'move' })
  const goOn = (): void => {
    if (move.needsPassphrase || moves.problem !== null) return show()
    void moves.resume(null)
  }
  return (
    <section className={screen['strip']} aria-label={storesText.title}>
      <ArrowRightLeft size={16} aria-hidden="true" />
      <p>{state.kind === 'running' ? text : `${text} ${moves.problem?.message ?? whole}`}</p>
      <div className={screen['stripActions']}>
        {state.kind === 'running' ? (
          <Button size="small" onClick={show}>
            {storesText.look}
          </Button>
        ) : (
          <Button size="small" aria-disabled={moves.busy} onClick={goOn}>
            {storesText.goOn}
          </Button>
        )}
        {canUndo && (
          <Button size="small" look="quiet" aria-disabled={moves.busy} onClick={() => void moves.undo()}>
            {storesText.undo}
          </Button>
        )}
      </div>
    </section>
  )
}
