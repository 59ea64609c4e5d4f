import { type KeyboardEvent, useEffect } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { statusTable } from '#shared/status.ts'
import { clusters } from '../ahead/clusters.ts'
import { Mark } from '../brand/mark.tsx'
import { bannerOf } from '../detail/banner-text.ts'
import { shownSignIn } from '../sign-in-sheet/shown-sign-in.ts'
import { countFixable, type FixRun, isToFix, moved } from '../state/fix-run.ts'
import { useCredentialNow } from '../state/use-credential-now.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { fixOf } from '../status/fix.ts'
import { StatusChip } from '../status/status-chip.tsx'
import { aheadText } from '../text/ahead-text.ts'
import { fixRunText } from '../text/fix-run-text.ts'
import { weekdayText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import styles from './fix-run.module.css'

/** Leads through what needs the person, one entry at a time. What a fix opens takes the place of the card until it closes. */
export function FixCard({ run }: { readonly run: FixRun }) {
  const { state, update } = useWindow()
  const { credentials, signIns } = useReady()
  const { ids, at } = run
  const credential = credentials.get(ids[at] ?? '')
  const isEnd = at >= ids.length
  const isAhead = !isEnd && credential?.status.kind !== 'refreshing' && !isToFix(credential)
  // An entry that works, by this fix or by another, is left behind.
  useEffect(() => {
    if (isAhead) update((before) => ({ ...before, run: moved(run, 1) }))
  }, [isAhead, run, update])
  const isCovered = state.dialog.kind !== 'none' || shownSignIn(signIns) !== null
  const close = (): void => update((before) => withFocus({ ...before, run: null }, 'list'))
  return (
    <DialogFrame
      title={isEnd ? fixRunText.endTitle : fixRunText.title(at + 1, ids.length)}
      open={!isCovered && !isAhead}
      onClose={close}
      stage={String(at)}
    >
      {isEnd && <End close={close} />}
      {!isEnd && credential !== undefined && <Step run={run} credential={credential} />}
    </DialogFrame>
  )
}

function Step({ run, credential }: { readonly run: FixRun; readonly credential: CredentialSummary }) {
  const { commands, update } = useWindow()
  const now = useCredentialNow(credential)
  const fix = fixOf(credential)
  const go = (step: 1 | -1): void => update((before) => ({ ...before, run: moved(run, step) }))
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
    event.preventDefault()
    go(event.key === 'ArrowRight' ? 1 : -1)
  }
  const isBusy = credential.status.kind === 'refreshing' || fix === null
  return (
    // The arrows work on every button of the card.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles['card']} onKeyDown={onKeyDown}>
      <DialogBody>
        <div className={styles['who']}>
          <Mark service={credential.service} name={credential.name} size="big" />
          <div>
            <h3>{titleOf(credential)}</h3>
            <div className={styles['account']}>{credential.account}</div>
          </div>
          <StatusChip status={credential.status} />
        </div>
        <p>{bannerOf(credential, now)?.text ?? ''}</p>
        <Button
          look="primary"
          wide
          data-first
          aria-disabled={isBusy}
          onClick={() => !isBusy && void commands.fix(credential)}
        >
          {fix?.label ?? fixRunText.refreshing}
        </Button>
      </DialogBody>
      <DialogFooter note={<Dots run={run} />}>
        {run.at > 0 && <Button onClick={() => go(-1)}>{fixRunText.back}</Button>}
        <Button onClick={() => go(1)}>{fixRunText.skip}</Button>
      </DialogFooter>
    </div>
  )
}

/** A dot for each entry of the run: filled for one that works now. The title says the same in words. */
function Dots({ run: { ids, at } }: { readonly run: FixRun }) {
  const { credentials } = useReady()
  if (ids.length > 20) return null
  return (
    <span className={styles['dots']} aria-hidden="true">
      {ids.map((id, index) => (
        <span
          key={id}
          data-here={index === at || undefined}
          data-done={!isToFix(credentials.get(id)) || undefined}
        />
      ))}
    </span>
  )
}

const MONTH = 31

function End({ close }: { readonly close: () => void }) {
  const { credentials } = useReady()
  const now = useNow()
  const all = [...credentials.values()]
  const left = all.filter(({ status }) => statusTable[status.kind].needsAttention).length
  const next = clusters(all, { now, days: MONTH }).find(({ kind }) => kind !== 'renews')
  const [name, ...others] = next?.names ?? []
  return (
    <>
      <DialogBody>
        <p>{left === 0 ? fixRunText.allWork(all.length) : fixRunText.left(left)}</p>
        {next !== undefined && name !== undefined && (
          <p className={styles['account']}>
            {fixRunText.next(
              others.length > 0
                ? aheadText.several[next.kind](next.names.length, weekdayText(next.at, now))
                : aheadText.one[next.kind](name, weekdayText(next.at, now))
            )}
          </p>
        )}
      </DialogBody>
      <DialogFooter>
        {countFixable(all) > 0 && <Again count={countFixable(all)} />}
        <Button look="primary" data-first onClick={close}>
          {fixRunText.done}
        </Button>
      </DialogFooter>
    </>
  )
}

/** Begins again with what was skipped. */
function Again({ count }: { readonly count: number }) {
  const { commands } = useWindow()
  return <Button onClick={() => commands.startFixing()}>{fixRunText.fix(count)}</Button>
}
