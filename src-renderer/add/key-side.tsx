import { Info } from 'lucide-react'
import { Mark } from '../brand/mark.tsx'
import { useReady } from '../state/vault-context.tsx'
import { keyText } from '../text/add-text.ts'
import { railText } from '../text/list-text.ts'
import styles from './add.module.css'
import { type KeyFields, serviceIdOf } from '../fields/key-form.ts'

type Props = { readonly fields: KeyFields; readonly recognised: boolean }

/** What Latchkey makes of the form so far. */
export function KeySide({ fields, recognised }: Props) {
  const { storage } = useReady()
  const name = fields.provider?.name ?? fields.serviceName.trim()
  const service = fields.provider?.id ?? serviceIdOf(fields.serviceName) ?? ''
  const keptIn = storage.backend === null ? railText.storage.unavailable() : storage.label
  return (
    <>
      <div className={styles['who']}>
        <Mark service={service} name={name} size="big" />
        <div>
          <strong>{name === '' ? keyText.newKey : name}</strong>
          <div className={styles['faint']}>{fields.account}</div>
        </div>
      </div>
      <output className={styles['note']}>
        <Info size={16} aria-hidden="true" />
        <span>{recognised ? keyText.recognised : keyText.notRecognised}</span>
      </output>
      <dl className={styles['facts']}>
        <dt>{keyText.keptIn}</dt>
        <dd>{keptIn}</dd>
        <dt>{keyText.renewal}</dt>
        <dd>{fields.day === '' ? keyText.noRenewalNever : keyText.noRenewal}</dd>
      </dl>
    </>
  )
}
