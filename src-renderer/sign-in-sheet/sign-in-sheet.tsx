import { useEffect } from 'react'
import type { SignInProgress } from '#shared/sign-in.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { signInText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { FailedSheet } from './failed-sheet.tsx'
import { OtherAccountQuestion } from './other-account.tsx'
import { shownSignIn } from './shown-sign-in.ts'
import { WaitingSheet } from './waiting-sheet.tsx'

export function SignInSheet() {
  const { signIns } = useReady()
  const { bridge, store } = useVault()
  const progress = shownSignIn(signIns)
  useWhenDone()
  function close(): void {
    if (progress === null) return
    if (progress.state.kind === 'failed') store.dismissSignIn(progress.attempt)
    else void bridge.cancelSignIn(progress.attempt)
  }
  return (
    <DialogFrame
      title={progress === null ? '' : titleOf(progress)}
      open={progress !== null}
      onClose={close}
      keepOnOutsidePress
      stage={progress === null ? '' : stageOf(progress)}
    >
      {progress !== null && <Sheet progress={progress} close={close} />}
    </DialogFrame>
  )
}

function Sheet({ progress, close }: { readonly progress: SignInProgress; readonly close: () => void }) {
  const { bridge } = useVault()
  const { attempt, state } = progress
  switch (state.kind) {
    case 'failed':
      return <FailedSheet progress={progress} state={state} close={close} />
    case 'other-account':
      return (
        <OtherAccountQuestion
          question={state}
          answer={(choice) => bridge.answerOtherAccount(attempt, choice)}
        >
          {(question, answers) => (
            <>
              <DialogBody>{question}</DialogBody>
              <DialogFooter>
                <Button onClick={close}>{commonText.cancel}</Button>
                {answers}
              </DialogFooter>
            </>
          )}
        </OtherAccountQuestion>
      )
    default:
      return <WaitingSheet progress={progress} close={close} />
  }
}

function titleOf({ name, state }: SignInProgress): string {
  return state.kind === 'failed' ? signInText.failedTitle(name) : signInText.title(name)
}

/** Returns the stage of the sheet; every stage has its own buttons. */
function stageOf({ surface, state }: SignInProgress): string {
  return state.kind === 'failed' ? `failed ${state.problem.code}` : `${surface} ${state.kind}`
}

/** Reports a finished sign-in and selects its credential. */
function useWhenDone(): void {
  const { bridge } = useVault()
  const { update } = useWindow()
  const tell = useTell()
  useEffect(
    () =>
      bridge.on('signInChanged', ({ name, state }) => {
        if (state.kind !== 'done') return
        update((before) => ({ ...before, selected: state.credential }))
        tell.done(signInText.done(name))
      }),
    [bridge, tell, update]
  )
}
