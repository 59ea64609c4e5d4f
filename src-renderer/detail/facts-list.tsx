import type { Fact } from './detail-facts.ts'
import styles from './detail.module.css'

export function FactsList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(({ label, text, instant, exact }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={exact ?? text}>
            {instant === undefined ? text : <time dateTime={instant}>{text}</time>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
