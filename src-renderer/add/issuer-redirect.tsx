import { useVault } from '../state/vault-context.tsx'
import { addText, customText } from '../text/add-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './registration.module.css'

type Props = { readonly issuer: string; readonly address: string }

/** The redirect URI to register at a person's own server; it is known once the server has answered. */
export function IssuerRedirect({ issuer, address }: Props) {
  const { bridge } = useVault()
  return (
    <div className={styles['redirect']}>
      <span>{customText.redirect}</span>
      <code>{address}</code>
      <CopyButton label={addText.copyRedirect} copy={() => bridge.copyIssuerRedirect(issuer)} />
    </div>
  )
}
