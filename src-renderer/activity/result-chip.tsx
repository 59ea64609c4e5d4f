import { Check, CircleHelp, type LucideIcon, ShieldX, TriangleAlert } from 'lucide-react'
import styles from './log.module.css'
import { resultText, type Tone, toneOf } from './use-words.ts'
import type { LoggedUse } from './uses.ts'

/** How a use ended: icon and word. Nothing: an event that speaks for itself. */
export function ResultChip({ use }: { readonly use: LoggedUse }) {
  const text = resultText(use)
  if (text === null) return null
  const tone = toneOf(use.result)
  const Icon = use.result.kind === 'noted' ? null : icons[tone]
  return (
    <span className={styles['chip']} data-tone={tone}>
      {Icon !== null && <Icon size={14} strokeWidth={2} aria-hidden="true" />}
      {text}
    </span>
  )
}

const icons: Readonly<Record<Tone, LucideIcon>> = {
  ok: Check,
  notice: TriangleAlert,
  danger: ShieldX,
  mute: CircleHelp
}
