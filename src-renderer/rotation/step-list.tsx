import { rotationText } from '../text/rotation-text.ts'
import styles from './rotation.module.css'

const names = ['key', 'test', 'switch'] as const

export function StepList({ current }: { readonly current: (typeof names)[number] }) {
  return (
    <ol className={styles['steps']} aria-label={rotationText.steps.label}>
      {names.map((name) => (
        <li key={name} {...(name === current && { 'aria-current': 'step' as const })}>
          {rotationText.steps[name]}
        </li>
      ))}
    </ol>
  )
}
