import { Check } from 'lucide-react'
import type { StoreMove } from '#shared/stores.ts'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import styles from './stores.module.css'

type Running = Extract<StoreMove['state'], { kind: 'running' }>
const order = ['copy', 'verify', 'switch', 'remove'] as const

type Props = { readonly move: StoreMove; readonly state: Running; readonly onClose: () => void }

/** The four steps, with the current one marked; only a change of the step is read out. */
export function MoveProgress({ move, state, onClose }: Props) {
  const { step, done, total } = state
  const now = order.indexOf(step)
  return (
    <>
      <DialogBody>
        <p aria-live="polite">
          {storesText.running(move.to)}
          <span className={styles['unseen']}>: {storesText.steps[step]}</span>
        </p>
        <ol className={styles['steps']}>
          {order.map((each, index) => (
            <li key={each} data-state={index < now ? 'done' : index === now ? 'now' : 'next'}>
              <span className={styles['sign']}>
                {index < now ? <Check size={16} aria-hidden="true" /> : index + 1}
              </span>
              {storesText.steps[each]}
            </li>
          ))}
        </ol>
        <div>
          <progress
            className={styles['bar']}
            aria-label={storesText.steps[step]}
            value={done}
            max={Math.max(total, 1)}
          />
          <p className={styles['faint']}>{storesText.progress(step, done, total)}</p>
        </div>
      </DialogBody>
      <DialogFooter note={storesText.mayClose}>
        <Button onClick={onClose}>{storesText.hide}</Button>
      </DialogFooter>
    </>
  )
}
