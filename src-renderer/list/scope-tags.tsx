import type { CredentialSummary } from '#shared/credential.ts'
import { listText } from '../text/list-text.ts'
import styles from './list.module.css'

const FEW = 1
const MANY = 3

/** One tag and "+3" beside the detail, three and "+1" where there is room; the stylesheet chooses. */
export function ScopeTags({ credential }: { readonly credential: CredentialSummary }) {
  if (credential.kind !== 'oauth')
    return <span className={styles['tag']}>{listText.kindTags[credential.kind]}</span>
  const { scopes } = credential
  return (
    <>
      {scopes.slice(0, MANY).map((scope, index) => (
        <span key={scope} className={styles['tag']} data-room={index >= FEW || undefined}>
          {scope}
        </span>
      ))}
      {scopes.length > FEW && (
        <span className={styles['tag']} data-tight>
          {listText.moreScopes(scopes.length - FEW)}
        </span>
      )}
      {scopes.length > MANY && (
        <span className={styles['tag']} data-room>
          {listText.moreScopes(scopes.length - MANY)}
        </span>
      )}
    </>
  )
}
