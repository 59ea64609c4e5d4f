import { ExternalLink, QrCode as QrCodeIcon } from 'lucide-react'
import { type ReactNode, useSyncExternalStore, useState } from 'react'
import type { SignInStripBridge, StripState } from '#shared/sign-in-strip.ts'
import { Mark } from '../brand/mark.tsx'
import { Countdown } from '../sign-in-sheet/countdown.tsx'
import { DevicePanel } from '../sign-in-sheet/device-panel.tsx'
import { OtherAccountQuestion } from '../sign-in-sheet/other-account.tsx'
import { PasteRedirect } from '../sign-in-sheet/paste-redirect.tsx'
import { canSwitchToCode, useSwitchToCode } from '../sign-in-sheet/use-switch-to-code.ts'
import { signInText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { deviceText, otherAccountText } from '../text/device-text.ts'
import { createClock } from '../time/clock.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './sign-in-window.module.css'

type Props = { readonly bridge: SignInStripBridge; readonly state: StripState }
type PanelProps = { readonly bridge: SignInStripBridge; readonly progress: StripState['progress'] }

/** Fills the window while the provider's page is in the browser, and after the sign-in has ended. */
export function WaitingPanel({ bridge, state: { progress } }: Props) {
  const { name, state } = progress
  switch (state.kind) {
    case 'failed':
      return (
        <Ended title={signInText.failedTitle(name)} bridge={bridge}>
          <ProblemNote problem={state.problem} />
        </Ended>
      )
    case 'done':
      return (
        <Ended title={signInText.done(name)} bridge={bridge}>
          <output>{signInText.doneClose}</output>
        </Ended>
      )
    case 'other-account':
      return <OtherAccount question={state} {...{ bridge, progress }} />
    default:
      return <Waiting {...{ bridge, progress }} />
  }
}

type EndedProps = {
  readonly title: string
  readonly bridge: SignInStripBridge
  readonly children: ReactNode
}

function Ended({ title, bridge, children }: EndedProps) {
  return (
    <div className={styles['wait']}>
      <h1>{title}</h1>
      {children}
      <div className={styles['acts']}>
        <Button onClick={() => void bridge.cancel()}>{commonText.close}</Button>
      </div>
    </div>
  )
}

type OtherAccountProps = PanelProps & {
  readonly question: Extract<StripState['progress']['state'], { kind: 'other-account' }>
}

function OtherAccount({ bridge, progress: { service, name }, question }: OtherAccountProps) {
  return (
    <div className={styles['wait']}>
      <div className={styles['who']}>
        <Mark service={service} name={name} size="big" />
        <h1>{otherAccountText.title(name)}</h1>
      </div>
      <OtherAccountQuestion question={question} answer={(choice) => bridge.answerOtherAccount(choice)}>
        {(asked, answers) => (
          <>
            {asked}
            <div className={styles['acts']}>{answers}</div>
          </>
        )}
      </OtherAccountQuestion>
    </div>
  )
}

function Waiting({ bridge, progress }: PanelProps) {
  const [clock] = useState(() => createClock().second)
  const now = useSyncExternalStore(clock.subscribe, clock.now)
  const { service, name, host, device } = progress
  const { switchToCode, problem } = useSwitchToCode(() => bridge.switchToCode())
  return (
    <div className={styles['wait']}>
      <div className={styles['who']}>
        <Mark service={service} name={name} size="big" />
        <div>
          <h1>{signInText.title(name)}</h1>
          {device === null && <p className={styles['muted']}>{signInText.waitingBrowser(host)}</p>}
        </div>
      </div>
      {device !== null && <DevicePanel device={device} copy={() => bridge.copyCode()} />}
      <Countdown {...{ progress, now }} />
      {device === null && <PasteRedirect submit={(address) => bridge.submitRedirectUrl(address)} />}
      {problem !== null && <ProblemNote problem={problem} />}
      <div className={styles['acts']}>
        <Button look="primary" className={styles['grow']} onClick={() => void bridge.continueInBrowser()}>
          <ExternalLink size={16} aria-hidden="true" />
          {device === null ? signInText.openAgain : deviceText.openPage}
        </Button>
        {canSwitchToCode(progress) && (
          <Button onClick={() => void switchToCode()}>
            <QrCodeIcon size={16} aria-hidden="true" />
            {deviceText.switchToCode}
          </Button>
        )}
      </div>
    </div>
  )
}
