import { useCallback, useEffect, useRef, useState } from 'react'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { importText } from '../text/import-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import {
  actionText,
  type Chosen,
  type ChosenHosts,
  firstChoice,
  leavesOut,
  replacedCount,
  type RowsPreview,
  sumText,
  toImportRequest,
  withHostToggled
} from './import-model.ts'
import styles from './import.module.css'
import { PreviewTable } from './preview-table.tsx'
import { SourceLine } from './source-line.tsx'
import type { ImportFlow } from './use-import.ts'

type Props = { readonly flow: ImportFlow; readonly preview: RowsPreview }

/**
 * Shows every entry that was found, masked, with the effect of the import; nothing is stored before the
 * button is pressed.
 */
export function PreviewStep({ flow, preview }: Props) {
  const { rows, skipped, removable } = preview
  const [chosen, setChosen] = useState<Chosen>(() => firstChoice(rows))
  const [hosts, setHosts] = useState<ChosenHosts>(new Set())
  const [removeFile, setRemoveFile] = useState(false)
  const onHost = useCallback((key: string) => setHosts((before) => withHostToggled(before, key)), [])
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  return (
    <>
      <div className={styles['body']}>
        {flow.problem !== null && <ProblemNote problem={flow.problem} />}
        <SourceLine path={preview.path} format={preview.format} flow={flow} />
        <h3 ref={title} tabIndex={-1} className={styles['sum']}>
          {sumText(rows)}
        </h3>
        {rows.length > 0 && <PreviewTable {...{ rows, chosen, hosts, onHost }} onChange={setChosen} />}
        {skipped.length > 0 && <Skipped sentences={skipped} />}
        {removable && rows.length > 0 && (
          <CheckRow
            label={importText.remove}
            sub={leavesOut(rows, chosen) ? importText.removeNot : importText.removeMeans}
            checked={removeFile}
            onChange={setRemoveFile}
          />
        )}
      </div>
      <PreviewFooter {...{ flow, preview, chosen, hosts, removeFile }} />
    </>
  )
}

function Skipped({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <details className={styles['skipped']}>
      <summary>{importText.skipped(sentences.length)}</summary>
      <ul>
        {sentences.map((sentence, index) => (
          <li key={index}>{sentence}</li>
        ))}
      </ul>
    </details>
  )
}

type FooterProps = Props & {
  readonly chosen: Chosen
  readonly hosts: ChosenHosts
  readonly removeFile: boolean
}

function PreviewFooter({ flow, preview, chosen, hosts, removeFile }: FooterProps) {
  const { commands } = useWindow()
  const [asking, setAsking] = useState(false)
  const replaced = replacedCount(preview.rows, chosen)
  const action = actionText(preview, chosen, removeFile)
  const run = () => void flow.run(toImportRequest(preview, chosen, removeFile, hosts))
  function submit(): void {
    if (action === null || flow.work !== null) return
    if (replaced > 0) setAsking(true)
    else run()
  }
  return (
    <DialogFooter note={replaced > 0 ? importText.willReplace(replaced) : importText.notYet}>
      <Button onClick={commands.close}>{commonText.cancel}</Button>
      <Button look="primary" aria-disabled={action === null || flow.work !== null} onClick={submit}>
        {flow.work === 'importing' ? importText.works.importing : (action ?? importText.importNone)}
      </Button>
      <ConfirmDialog
        ask={
          asking
            ? {
                title: importText.replaceTitle(replaced),
                body: importText.replaceBody,
                action: importText.replace,
                run
              }
            : null
        }
        onClose={() => setAsking(false)}
      />
    </DialogFooter>
  )
}
