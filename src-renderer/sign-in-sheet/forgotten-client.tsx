import type { SignInProgress } from '#shared/sign-in.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { clientText } from '../text/client-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { Button } from '../ui/button.tsx'
import styles from './sign-in.module.css'

type Props = { readonly progress: SignInProgress }

/** The way out of a page that leads nowhere because the server no longer knows our client. */
export function ForgottenClient({ progress }: Props) {
  if (progress.again?.mayRegister !== true) return null
  return (
    <div className={styles['forgotten']}>
      <p>{clientText.unknownPage}</p>
      <RegisterAnew progress={progress} small />
    </div>
  )
}

/** The next step after a sign-in that the provider has refused, because its client may be wrong. */
export function RefusedClient({ progress }: Props) {
  const { store } = useVault()
  const { credentials } = useReady()
  const { commands } = useWindow()
  const { attempt, again } = progress
  if (again === undefined) return null
  if (again.mayRegister) return <RegisterAnew progress={progress} />
  if (credentials.get(again.credential)?.signsInBy === 'password') return null
  function change(id: string): void {
    store.dismissSignIn(attempt)
    commands.show({ kind: 'client', id })
  }
  return <Button onClick={() => change(again.credential)}>{clientText.change}</Button>
}

/** Ends this attempt and starts another with a client that the server registers now. */
function RegisterAnew({ progress, small = false }: Props & { readonly small?: boolean }) {
  const { bridge, store } = useVault()
  const tell = useTell()
  const { attempt, again, state } = progress
  if (again?.mayRegister !== true) return null
  const { credential } = again
  async function registerAnew(): Promise<void> {
    if (state.kind === 'failed') store.dismissSignIn(attempt)
    else await bridge.cancelSignIn(attempt)
    const result = await bridge.startSignIn({ kind: 'again', credential, newClient: true })
    if (!result.ok) tell.failed(result.problem)
  }
  return (
    <Button size={small ? 'small' : 'normal'} onClick={() => void registerAnew()}>
      {clientText.registerAnew}
    </Button>
  )
}
