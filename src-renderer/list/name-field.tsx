import { useRef } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { LONGEST_NAME, titleOf } from '#shared/entry-labels.ts'
import { useWindow } from '../state/window-context.tsx'
import { labelsText } from '../text/labels-text.ts'
import styles from './name-field.module.css'

/** The field for the person’s name of an entry, in its row. Enter and leaving it keep the name, Esc does not. */
export function NameField({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const isOver = useRef(false)

  function end(text: string | null, toList = true): void {
    if (isOver.current) return
    isOver.current = true
    const typed = text?.trim() ?? ''
    // The service’s name is no name of the person’s.
    const name = typed === '' || typed === credential.name ? null : typed
    if (text !== null && name !== (credential.labels?.name ?? null)) void commands.label(credential, { name })
    commands.endRenaming(toList)
  }

  return (
    <input
      // The person asked for this field by F2 or the menu.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      className={styles['field']}
      aria-label={labelsText.nameField(credential.name)}
      placeholder={credential.name}
      maxLength={LONGEST_NAME}
      defaultValue={titleOf(credential)}
      autoComplete="off"
      spellCheck={false}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onBlur={({ currentTarget }) => end(currentTarget.value, false)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') end(event.currentTarget.value)
        else if (event.key === 'Escape') end(null)
      }}
    />
  )
}
