import { useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { LONGEST_NOTE, MOST_TAGS, tagPattern } from '#shared/entry-labels.ts'
import { useWindow } from '../state/window-context.tsx'
import { labelsText } from '../text/labels-text.ts'
import { ChipField } from '../ui/chip-field.tsx'
import { Field } from '../ui/field.tsx'
import { cx } from '../ui/cx.ts'
import styles from './detail.module.css'

/** What the person writes about an entry: tags to find it by, and a note of a few lines. */
export function LabelsSection({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const { note, tags } = credential.labels ?? { note: null, tags: [] }
  const [typed, setTyped] = useState(note ?? '')

  const isFull = tags.length >= MOST_TAGS

  function keepNote(): void {
    const text = typed.trim() === '' ? null : typed
    if (text !== note) void commands.label(credential, { note: text })
  }

  return (
    <section className={cx(styles['section'], styles['labels'])}>
      <h3>{labelsText.title}</h3>
      <ChipField
        label={labelsText.tags}
        hint={labelsText.tagHint}
        placeholder={tags.length === 0 ? labelsText.tagPlaceholder : ''}
        values={tags}
        onChange={(values) => void commands.label(credential, { tags: values.slice(0, MOST_TAGS) })}
        parse={(text) => (!isFull && tagPattern.test(text) ? text : null)}
        wrong={(text) => (isFull ? labelsText.tagsFull : labelsText.tagWrong(text))}
        removeLabel={labelsText.removeTag}
      />
      <Field label={labelsText.note} hint={labelsText.noteHint}>
        {(ids) => (
          <textarea
            {...ids}
            rows={4}
            maxLength={LONGEST_NOTE}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={keepNote}
          />
        )}
      </Field>
    </section>
  )
}
