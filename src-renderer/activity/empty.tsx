import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import screen from '../screens/screens.module.css'
import styles from './activity.module.css'

type Props = {
  readonly icon: LucideIcon
  readonly title: string
  readonly body: string
  /** A command to begin with; absent: there is none. */
  readonly command?: { readonly lead: string; readonly text: string }
  readonly children?: ReactNode
}

/** A part of the page that has nothing to show, and how it would get something. */
export function Empty({ icon: Icon, title, body, command, children }: Props) {
  return (
    <div className={screen['center']}>
      <Icon size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>{title}</h2>
      <p>{body}</p>
      {command !== undefined && (
        <p className={styles['try']}>
          {command.lead} <code>{command.text}</code>
        </p>
      )}
      {children}
    </div>
  )
}
