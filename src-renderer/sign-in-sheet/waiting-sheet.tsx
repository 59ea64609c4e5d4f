import { ExternalLink, QrCode } from 'lucide-react'
import type { SignInProgress } from '#shared/sign-in.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow, useVault } from '../state/vault-context.tsx'
import { signInText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { deviceText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Countdown } from './countdown.tsx'
import { DevicePanel } from './device-panel.tsx'
import { ForgottenClient } from './forgotten-client.tsx'
import { PasteRedirect } from './paste-redirect.tsx'
import styles from './sign-in.module.css'
import { canSwitchToCode, useSwitchToCode } from './use-switch-to-code.ts'

const openText: Record<SignInProgress['surface'], string> = {
  window: signInText.openBrowser,
  browser: signInText.openAgain,
  device: deviceText.openPage
}

type Props = { readonly progress: SignInProgress; readonly close: () => void }

/** The sheet while the person is at the provider, or while the provider's response is redeemed. */
export function WaitingSheet({ progress, close }: Props) {
  const { bridge } = useVault()
  const { attempt, surface, device, state } = progress
  const { switchToCode, problem } = useSwitchToCode(() => bridge.switchToCode(attempt))
  const now = useNow('second')
  return (
    <>
      <DialogBody>
        <Where progress={progress} />
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

/** The page to finish at, or the code to type. */
function Where({ progress }: Pick<Props, 'progress'>) {
  const { bridge } = useVault()
  const { attempt, service, name, host, surface, device } = progress
  if (device !== null) return <DevicePanel device={device} copy={() => bridge.copyUserCode(attempt)} />
  return (
    <div className={styles['who']}>
      <Mark service={service} name={name} size="big" />
      <p>{surface === 'window' ? signInText.waitingWindow(host) : signInText.waitingBrowser(host)}</p>
    </div>
  )
}
