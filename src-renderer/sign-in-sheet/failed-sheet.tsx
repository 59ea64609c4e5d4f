import type { SignInProgress } from '#shared/sign-in.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { RefusedClient } from './forgotten-client.tsx'
import { StartAgain } from './start-again.tsx'
import { TryAgain } from './try-again.tsx'

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
