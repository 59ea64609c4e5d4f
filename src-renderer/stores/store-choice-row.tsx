import { useId } from 'react'
import { storesText } from '../text/stores-text.ts'
import type { StoreChoice } from './move-form.ts'
import styles from './stores.module.css'

type Props = {
  readonly choice: StoreChoice
  /** Null: it can be chosen; else why not. */
  readonly obstacle: string | null
  readonly chosen: boolean
  readonly onChoose: () => void
}

export function ChoiceRow({ choice, obstacle, chosen, onChoose }: Props) {
  const id = useId()
  const { label, means } = storesText.choices[choice]
  const isRisky = choice === 'machine' && obstacle === null
  return (
    <div className={styles['choice']} data-off={obstacle !== null || undefined}>
      <input
        type="radio"
        id={id}
        name="store"
        checked={chosen}
        disabled={obstacle !== null}
        aria-describedby={`${id}-means`}
        onChange={onChoose}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-means`} data-risky={isRisky || undefined}>
          {obstacle ?? means}
        </p>
      </div>
    </div>
  )
}
