import type { ProblemCode } from '#shared/problem.ts'
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

/** The reason for which a sign-in failed, and the next step if there is one. */
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

/** The client or the address of the sign-in may be what is wrong. */
const refusals: ReadonlySet<ProblemCode> = new Set(['CLIENT_REFUSED', 'PROVIDER_REFUSED'])

function WayOn({ progress, state }: Omit<Props, 'close'>) {
  if (state.canRetry) return <TryAgain attempt={progress.attempt} />
  if (refusals.has(state.problem.code)) return <RefusedClient progress={progress} />
  return <StartAgain progress={progress} />
}

/** Repeats a failed sign-in of an existing entry, from that entry. */
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

/** Repeats a failed first sign-in with the data that the vault has kept of it. */
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
    // The vault keeps it no longer, so this sheet has nothing to offer.
    store.dismissSignIn(attempt)
    // An attempt that was dismissed during its start needs no message.
    if (result.problem.code !== 'SIGN_IN_CANCELLED') tell.failed(result.problem)
  }
  return (
    <Button look="primary" data-first onClick={() => void tryAgain()}>
      {starting ? addText.starting : commonText.tryAgain}
    </Button>
  )
}
