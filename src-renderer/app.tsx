import styles from './app.module.css'
import { MainWindow } from './main-window.tsx'
import { Loading, LoadFailed } from './screens/screens.tsx'
import { useTheme } from './settings/use-theme.ts'
import { useVaultState } from './state/vault-context.tsx'
import { commonText } from './text/common-text.ts'
import { VisuallyHidden } from './ui/visually-hidden.tsx'

export function App() {
  const state = useVaultState()
  useTheme(state.kind === 'ready' ? state.preferences : null)
  if (state.kind === 'ready') return <MainWindow vault={state} />
  return (
    <div className={styles['window']}>
      <div className={styles['ghost']} />
      <main className={styles['alone']}>
        <VisuallyHidden>
          <h1>{commonText.appName}</h1>
        </VisuallyHidden>
        {state.kind === 'loading' ? <Loading /> : <LoadFailed problem={state.problem} />}
      </main>
    </div>
  )
}
