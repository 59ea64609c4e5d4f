import { Check, TriangleAlert } from 'lucide-react'
import { useRef, useState } from 'react'
import type { StoreMove } from '#shared/stores.ts'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './stores.module.css'
import type { Moves } from './use-moves.ts'

type EndedProps = { readonly move: StoreMove; readonly moved: number; readonly onClose: () => void }

export function MoveEnded({ move, moved, onClose }: EndedProps) {
  return (
    <>
      <DialogBody>
        <div className={styles['end']} data-state="done" aria-live="polite">
          <Check size={16} aria-hidden="true" />
          <div>
            <strong>{storesText.doneTitle(moved, move.to)}</strong>
            <p>{storesText.doneMeans(moved, move.from)}</p>
          </div>
        </div>
      </DialogBody>
      <DialogFooter>
        <Button look="primary" onClick={onClose}>
          {storesText.done}
        </Button>
      </DialogFooter>
    </>
  )
}

type LeftProps = {
  readonly left: LeftOver
  readonly moves: Moves
  readonly onChoose: () => void
}

/** Says where everything is now, and offers the two ways out. */
export function MoveLeft({ left, moves, onChoose }: LeftProps) {
  const { move, canResume, canUndo } = left
  const asks = canResume && move.needsPassphrase
  const { passphrase, error, setError, goOn } = useGoOn(moves, asks)
  const problem = moves.problem ?? (move.state.kind === 'failed' ? move.state.problem : null)
  return (
    <>
      <DialogBody>
        <WhereItIs left={left} />
        {problem !== null && <ProblemNote problem={problem} />}
        {asks && (
          <PassphraseField
            label={storesText.needsPassphrase}
            error={error}
            attach={passphrase}
            onChange={() => setError(null)}
          />
        )}
      </DialogBody>
      <DialogFooter>
        {canUndo && (
          <Button aria-disabled={moves.busy} onClick={() => void moves.undo()}>
            {storesText.undo}
          </Button>
        )}
        {canResume ? (
          <Button look="primary" aria-disabled={moves.busy} onClick={() => void goOn()}>
            {moves.busy ? storesText.starting : storesText.goOn}
          </Button>
        ) : (
          <Button look="primary" onClick={onChoose}>
            {storesText.chooseAgain}
          </Button>
        )}
      </DialogFooter>
    </>
  )
}

function WhereItIs({ left: { move, canResume, canUndo } }: { readonly left: LeftOver }) {
  const { from, to, state } = move
  const isSwitched = canResume && !canUndo
  return (
    <div className={styles['end']} data-state="left">
      <TriangleAlert size={16} aria-hidden="true" />
      <div>
        <strong>{state.kind === 'interrupted' ? storesText.interrupted(to) : storesText.failed(to)}</strong>
        <p>{isSwitched ? storesText.alreadyIn(from, to) : storesText.stillIn(from)}</p>
      </div>
    </div>
  )
}

/** A passphrase that the move asks for is only in its field until the vault has accepted it. */
function useGoOn(moves: Moves, asks: boolean) {
  const passphrase = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string | null>(null)
  async function goOn(): Promise<void> {
    const field = passphrase.current
    const typed = field?.value ?? ''
    if (asks && typed.length < 12) {
      setError(storesText.tooShort)
      return field?.focus()
    }
    const taken = await moves.resume(asks ? typed : null)
    if (taken && field !== null) field.value = ''
  }
  return { passphrase, error, setError, goOn }
}

export type LeftOver = {
  readonly move: StoreMove
  readonly canResume: boolean
  readonly canUndo: boolean
}
