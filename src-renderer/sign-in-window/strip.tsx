import { ExternalLink, Lock, LockOpen, QrCode, TriangleAlert } from 'lucide-react'
import type { SignInStripBridge, StripState } from '#shared/sign-in-strip.ts'
import { canSwitchToCode, useSwitchToCode } from '../sign-in-sheet/use-switch-to-code.ts'
import { signInText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { deviceText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { originLine } from './origin-line.ts'
import styles from './sign-in-window.module.css'

type Props = { readonly bridge: SignInStripBridge; readonly state: StripState }

/** Our own strip above the provider's page, which can not draw over it. */
export function Strip({ bridge, state }: Props) {
  const line = originLine(state)
  const { surface } = state.progress
  const inWindow = surface === 'window' && state.progress.state.kind !== 'other-account'
  const { switchToCode, problem } = useSwitchToCode(() => bridge.switchToCode())
  const Icon = line.tone === 'warn' ? TriangleAlert : inWindow && !line.secure ? LockOpen : Lock
  return (
    <header className={styles['strip']} data-tone={line.tone}>
      <div className={styles['where']} aria-live="polite">
        <div className={styles['caption']}>
          {problem?.message ?? (inWindow ? line.caption : signInText.stripSigningIn(state.progress.name))}
        </div>
        <div className={styles['origin']}>
          <Icon size={16} aria-hidden="true" />
          {inWindow && (
            <VisuallyHidden>{line.secure ? signInText.secure : signInText.notSecure}</VisuallyHidden>
          )}
          <b title={line.host}>
            <bdi>{line.host}</bdi>
          </b>
        </div>
      </div>
      {inWindow && (
        <Button size="small" onClick={() => void bridge.continueInBrowser()}>
          <ExternalLink size={14} strokeWidth={2} aria-hidden="true" />
          {signInText.openBrowser}
        </Button>
      )}
      {inWindow && canSwitchToCode(state.progress) && (
        <Button
          size="small"
          aria-label={deviceText.switchToCodeMeans}
          title={problem?.message ?? deviceText.switchToCodeMeans}
          onClick={() => void switchToCode()}
        >
          <QrCode size={14} strokeWidth={2} aria-hidden="true" />
        </Button>
      )}
      <Button size="small" onClick={() => void bridge.cancel()}>
        {commonText.cancel}
      </Button>
    </header>
  )
}
