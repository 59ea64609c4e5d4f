import { issuerText } from '../text/issuer-text.ts'
import styles from './registration.module.css'

/** Help for servers with an address for each customer: the address to type and the setup there. */
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
