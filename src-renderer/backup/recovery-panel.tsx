import { useState } from 'react'
import type { RecoveryStatus } from '#shared/transfer.ts'
import { useNow } from '../state/vault-context.tsx'
import { backupText } from '../text/backup-text.ts'
import { dayTimeText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './backup.module.css'
import { useRecovery } from './use-recovery.ts'

const question = {
  title: backupText.removeTitle,
  body: backupText.removeBody,
  action: backupText.removeAction
}

/** The state of the recovery copies, their place and their start, and the one button that changes it. */
export function RecoveryPanel() {
  const { status, problem, work, make, remove } = useRecovery()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <div className={styles['item']}>
        <div>
          <div>{backupText.recovery}</div>
          <p className={styles['sub']}>{backupText.recoveryMeans}</p>
          <output className={styles['status']}>
            {status === null ? problem === null && backupText.loading : <Status status={status} />}
          </output>
          {status?.kind === 'off' && <p className={styles['sub']}>{backupText.makeMeans}</p>}
        </div>
        <Change {...{ status, work }} onMake={() => void make()} onRemove={() => setAsking(true)} />
      </div>
      {problem !== null && <ProblemNote problem={problem} />}
      <ConfirmDialog
        ask={asking ? { ...question, run: () => void remove() } : null}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

type ChangeProps = {
  readonly status: RecoveryStatus | null
  readonly work: boolean
  readonly onMake: () => void
  readonly onRemove: () => void
}

function Change({ status, work, onMake, onRemove }: ChangeProps) {
  if (status?.kind === 'on') {
    return (
      <Button
        look="danger"
        data-recovery=""
        aria-label={backupText.removeLabel}
        aria-disabled={work}
        onClick={() => !work && onRemove()}
      >
        {backupText.remove}
      </Button>
    )
  }
  return (
    <Button
      data-recovery=""
      aria-label={backupText.make}
      aria-disabled={work || status === null}
      onClick={onMake}
    >
      {work ? backupText.making : backupText.makeShort}
    </Button>
  )
}

function Status({ status }: { readonly status: RecoveryStatus }) {
  const now = useNow()
  if (status.kind === 'off') return <span>{backupText.off}</span>
  const { createdAt, copiedAt, path, problem } = status
  return (
    <>
      <span>{backupText.on(dayTimeText(Date.parse(createdAt), now))}</span>{' '}
      <span>
        {copiedAt === null ? backupText.noCopy : backupText.copied(dayTimeText(Date.parse(copiedAt), now))}
      </span>
      <span className={styles['path']}>{path}</span>
      {problem !== null && <span className={styles['problem']}>{problem}</span>}
    </>
  )
}
