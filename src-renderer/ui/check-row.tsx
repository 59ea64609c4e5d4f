import { Checkbox } from '@base-ui/react/checkbox'
import { Check } from 'lucide-react'
import { useId } from 'react'
import styles from './field.module.css'

type Props = {
  readonly label: string
  readonly sub?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function CheckRow({ label, sub, checked, onChange }: Props) {
  const id = useId()
  return (
    <div className={styles['check']}>
      <Checkbox.Root
        id={id}
        className={styles['box']}
        checked={checked}
        onCheckedChange={onChange}
        {...(sub !== undefined && { 'aria-describedby': `${id}-sub` })}
      >
        <Checkbox.Indicator>
          <Check size={12} strokeWidth={3} aria-hidden="true" />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <div className={styles['checkText']}>
        <label htmlFor={id}>{label}</label>
        {sub !== undefined && (
          <span id={`${id}-sub`} className={styles['sub']}>
            {sub}
          </span>
        )}
      </div>
    </div>
  )
}
