import type { CredentialSummary } from '#shared/credential.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { rotationText } from '../text/rotation-text.ts'
import styles from './rotation.module.css'

/** The link to the provider's page for keys, if it is known; it opens in the person's own browser. */
export function HelpLink({ credential }: { readonly credential: CredentialSummary }) {
  const { bridge } = useVault()
  const { providers } = useReady()
  const provider = providers.find(({ id, kind }) => id === credential.service && kind === 'api-key')
  if (provider?.hasHelp !== true) return null
  return (
    <button type="button" className={styles['link']} onClick={() => void bridge.openHelp(provider.id)}>
      {rotationText.openPage(provider.name)}
    </button>
  )
}
