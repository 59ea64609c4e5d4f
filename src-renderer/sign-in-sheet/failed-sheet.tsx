import type { SignInProgress } from '#shared/sign-in.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { RefusedClient } from './forgotten-client.tsx'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { useState } from 'react'
import { addText } from '../text/add-text.ts'
import { useTell } from '../toasts/toaster.tsx'

type Props = {
  readonly progress: SignInProgress
  readonly state: Extract<SignInProgress['state'], { kind: 'failed' }>
  readonly close: () => void
}

/** Why a sign-in failed, and the one way on where there is one. */
export function FailedSheet({ progress, state, close }: Props) {
  return (
    <>
      <DialogBody>
        <ProblemNote problem={state.problem} />
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>{commonText.close}</Button>
        <WayOn progress={progress} state={state} />
      </DialogFooter>
    </>
  )
}

function WayOn({ progress, state }: Omit<Props, 'close'>) {
  if (state.canRetry) return <TryAgain attempt={progress.attempt} />
  if (state.problem.code === 'PROVIDER_REFUSED') return <RefusedClient progress={progress} />
  return <StartAgain progress={progress} />
}

/** After a sign-in again that failed: the same once more, from the entry. */
function StartAgain({ progress: { attempt, again } }: { readonly progress: SignInProgress }) {
  const { store } = useVault()
  const { credentials } = useReady()
  const { commands } = useWindow()
  const credential = again && credentials.get(again.credential)
  if (credential === undefined) return null
  return (
    <Button
      look="primary"
      data-first
      onClick={() => {
        store.dismissSignIn(attempt)
        void commands.signInAgain(credential)
      }}
    >
      {commonText.signInAgain}
    </Button>
  )
}

/** After a first sign-in that failed: the same once more, with what the vault has kept of it. */
function TryAgain({ attempt }: { readonly attempt: string }) {
  const { bridge, store } = useVault()
  const tell = useTell()
  const [starting, setStarting] = useState(false)
  async function tryAgain(): Promise<void> {
    if (starting) return
    setStarting(true)
    const result = await bridge.retrySignIn(attempt)
    setStarting(false)
    if (result.ok) return
    // It is not kept any more, so that this sheet has nothing to offer.
    store.dismissSignIn(attempt)
    // Put away while it was started: nobody waits for it.
    if (result.problem.code !== 'SIGN_IN_CANCELLED') tell.failed(result.problem)
  }
  return (
    <Button look="primary" data-first onClick={() => void tryAgain()}>
      {starting ? addText.starting : commonText.tryAgain}
    </Button>
  )
}
