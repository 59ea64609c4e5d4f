import { issuerText } from '../text/issuer-text.ts'
import styles from './registration.module.css'

/** Which address to type for servers that have one for each customer, and what to set up there. */
export function IssuerHelp() {
  return (
    <details className={styles['guide']}>
      <summary>{issuerText.title}</summary>
      <dl className={styles['servers']}>
        {issuerText.servers.map(({ name, address, steps }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{address}</code>
              {steps}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles['source']}>{issuerText.note}</p>
    </details>
  )
}
