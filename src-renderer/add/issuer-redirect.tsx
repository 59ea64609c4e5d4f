import { useVault } from '../state/vault-context.tsx'
import { addText, customText } from '../text/add-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './registration.module.css'

type Props = { readonly issuer: string; readonly address: string }

/** What a client has to be registered with at a server of the person's own, which is known once it was asked. */
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
