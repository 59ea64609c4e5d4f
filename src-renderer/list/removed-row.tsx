// A virtualised grid has no table layout.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { type CSSProperties, useEffect, useRef, useState } from 'react'
import { UNDO_MS } from '#shared/removal.ts'
import type { Removal } from '../state/removal.ts'
import { useNow } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { number } from '../text/locale.ts'
import { removalText, removedWhat } from '../text/removal-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './removed-row.module.css'

type Props = {
  readonly removal: Removal
  readonly top: number
  /** True: no other row could take the focus. */
  readonly alone: boolean
}

/** The line in the place of entries that were removed and can be put back. */
export function RemovedRow({ removal, top, alone }: Props) {
  const { commands } = useWindow()
  const undo = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (alone) undo.current?.focus()
  }, [alone])
  // A line that is drawn again after scrolling goes on where it was.
  const [passed] = useState(() => UNDO_MS - (removal.until - Date.now()))
  const what = removedWhat(removal.credentials)
  return (
    <div
      role="row"
      className={styles['row']}
      style={{ top, '--undo-time': `${UNDO_MS}ms`, '--passed': `${-passed}ms` } as CSSProperties}
    >
      <span role="gridcell" className={styles['what']}>
        {removalText.removed(what)}
        {removal.credentials.length === 1 && <span className={styles['hint']}>{removalText.revoke}</span>}
      </span>
      <span role="gridcell" className={styles['undo']}>
        <Button
          ref={undo}
          look="quiet"
          size="small"
          aria-label={removalText.undoOf(removalText.removed(what))}
          onClick={() => void commands.undoRemoval(removal)}
        >
          {removalText.undo}
        </Button>
        <SecondsLeft until={removal.until} />
      </span>
    </div>
  )
}

function SecondsLeft({ until }: { readonly until: number }) {
  const left = Math.max(0, Math.ceil((until - useNow('second')) / 1000))
  return (
    <span className={styles['left']} aria-hidden="true">
      {number(Math.min(left, UNDO_MS / 1000))}
    </span>
  )
}
