import { useId, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { MOST_TAGS, tagPattern } from '#shared/entry-labels.ts'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { labelsText } from '../text/labels-text.ts'
import { severalText } from '../text/several-text.ts'
import { Button } from '../ui/button.tsx'
import { ChipField } from '../ui/chip-field.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'

/** Adds tags to several entries. */
export function TagDialog({ credentials }: { readonly credentials: readonly CredentialSummary[] }) {
  const { commands } = useWindow()
  const [tags, setTags] = useState<readonly string[]>([])
  const isFull = tags.length >= MOST_TAGS
  const form = useId()
  function add(): void {
    if (tags.length === 0) return
    commands.close()
    void commands.tagSeveral(credentials, tags)
  }
  return (
    <DialogFrame title={severalText.tagTitle(credentials.length)} open onClose={commands.close}>
      <DialogBody>
        <SubmitForm id={form} className={undefined} onSubmit={add}>
          <ChipField
            label={labelsText.tags}
            hint={severalText.tagMeans}
            placeholder={tags.length === 0 ? labelsText.tagPlaceholder : ''}
            values={tags}
            onChange={setTags}
            parse={(text) => (!isFull && tagPattern.test(text) ? text : null)}
            wrong={(text) => (isFull ? labelsText.tagsFull : labelsText.tagWrong(text))}
            removeLabel={labelsText.removeTag}
          />
        </SubmitForm>
      </DialogBody>
      <DialogFooter>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button look="primary" type="submit" form={form} aria-disabled={tags.length === 0}>
          {severalText.addTags}
        </Button>
      </DialogFooter>
    </DialogFrame>
  )
}
