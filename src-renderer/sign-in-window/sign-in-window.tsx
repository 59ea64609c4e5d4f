import { useLayoutEffect } from 'react'
import type { SignInStripBridge, StripState } from '#shared/sign-in-strip.ts'
import { applyTheme } from '../settings/use-theme.ts'
import { useTold } from '../state/use-told.ts'
import { signInText } from '../text/add-text.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './sign-in-window.module.css'
import { Strip } from './strip.tsx'
import { VisuallyHidden } from '../ui/visually-hidden.tsx'
import { WaitingPanel } from './waiting-panel.tsx'

export function SignInWindow({ bridge }: { readonly bridge: SignInStripBridge }) {
  const strip = useTold({ ask: bridge.getState, onChange: bridge.onState })
  const theme = strip.kind === 'ready' ? strip.value.theme : null
  const name = strip.kind === 'ready' ? strip.value.progress.name : null
  useLayoutEffect(() => {
    if (theme !== null) applyTheme(theme)
    if (name !== null) document.title = signInText.title(name)
  }, [theme, name])
  if (strip.kind === 'loading') return <main className={styles['window']} />
  if (strip.kind === 'failed') {
    return (
      <main className={styles['wait']}>
        <ProblemNote problem={strip.problem} />
      </main>
    )
  }
  return <Ready bridge={bridge} state={strip.value} />
}

/** The shell draws the provider's page below the strip; the panel shows only where there is no such page. */
function Ready({ bridge, state }: { readonly bridge: SignInStripBridge; readonly state: StripState }) {
  const { progress } = state
  const ended = progress.state.kind === 'failed' || progress.state.kind === 'done'
  return (
    <div className={styles['window']}>
      {!ended && <Strip bridge={bridge} state={state} />}
      <main className={styles['main']}>
        {progress.surface !== 'window' || ended || progress.state.kind === 'other-account' ? (
          <WaitingPanel bridge={bridge} state={state} />
        ) : (
          <VisuallyHidden>
            <h1>{signInText.title(progress.name)}</h1>
          </VisuallyHidden>
        )}
      </main>
    </div>
  )
}
