import { ExternalLink, QrCode } from 'lucide-react'
import { useEffect } from 'react'
import type { SignInProgress } from '#shared/sign-in.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow, useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { signInText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { deviceText } from '../text/device-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Countdown } from './countdown.tsx'
import { DevicePanel } from './device-panel.tsx'
import { ForgottenClient, RefusedClient } from './forgotten-client.tsx'
import { OtherAccountQuestion } from './other-account.tsx'
import { PasteRedirect } from './paste-redirect.tsx'
import styles from './sign-in.module.css'
import { shownSignIn } from './shown-sign-in.ts'
import { StartAgain } from './start-again.tsx'
import { canSwitchToCode, useSwitchToCode } from './use-switch-to-code.ts'

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
      stage={progress === null ? '' : `${progress.surface} ${progress.state.kind}`}
    >
      {progress !== null && <Sheet progress={progress} close={close} />}
    </DialogFrame>
  )
}

const openText: Record<SignInProgress['surface'], string> = {
  window: signInText.openBrowser,
  browser: signInText.openAgain,
  device: deviceText.openPage
}

function Sheet({ progress, close }: { readonly progress: SignInProgress; readonly close: () => void }) {
  const { bridge } = useVault()
  const { attempt, service, name, host, surface, device, state } = progress
  const { switchToCode, problem } = useSwitchToCode(() => bridge.switchToCode(attempt))
  const now = useNow('second')
  if (state.kind === 'failed') {
    return (
      <>
        <DialogBody>
          <ProblemNote problem={state.problem} />
        </DialogBody>
        <DialogFooter>
          <Button onClick={close}>{commonText.close}</Button>
          {state.problem.code === 'PROVIDER_REFUSED' ? (
            <RefusedClient progress={progress} />
          ) : (
            <StartAgain progress={progress} />
          )}
        </DialogFooter>
      </>
    )
  }
  if (state.kind === 'other-account') {
    return (
      <OtherAccountQuestion question={state} answer={(choice) => bridge.answerOtherAccount(attempt, choice)}>
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
  }
  return (
    <>
      <DialogBody>
        {device === null ? (
          <div className={styles['who']}>
            <Mark service={service} name={name} size="big" />
            <p>{surface === 'window' ? signInText.waitingWindow(host) : signInText.waitingBrowser(host)}</p>
          </div>
        ) : (
          <DevicePanel device={device} copy={() => bridge.copyUserCode(attempt)} />
        )}
        <Countdown {...{ progress, now }} />
        {surface === 'browser' && (
          <PasteRedirect submit={(address) => bridge.submitRedirectUrl(attempt, address)} />
        )}
        {state.kind === 'waiting' && <ForgottenClient progress={progress} />}
        {problem !== null && <ProblemNote problem={problem} />}
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>{commonText.cancel}</Button>
        {canSwitchToCode(progress) && (
          <Button onClick={() => void switchToCode()}>
            <QrCode size={16} aria-hidden="true" />
            {deviceText.switchToCode}
          </Button>
        )}
        <Button
          {...(device === null && { 'data-first': true })}
          onClick={() => void bridge.continueInBrowser(attempt)}
        >
          <ExternalLink size={16} aria-hidden="true" />
          {openText[surface]}
        </Button>
      </DialogFooter>
    </>
  )
}

function titleOf({ name, state }: SignInProgress): string {
  return state.kind === 'failed' ? signInText.failedTitle(name) : signInText.title(name)
}

/** Says so, and shows the credential it led to. */
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
