import { useEffect, useRef } from 'react'
import { takeHanded } from '../find/handed.ts'
import { importText } from '../text/import-text.ts'
import { LiveRegion } from '../toasts/live-region.tsx'
import { ChooseStep } from './choose-step.tsx'
import { outcomeOf, outcomeText, sumText } from './import-model.ts'
import { PreviewStep } from './preview-step.tsx'
import { ReportStep } from './report-step.tsx'
import { SealedStep } from './sealed-step.tsx'
import { type ImportFlow, useImport } from './use-import.ts'

type Props = {
  /** An old file that the doctor found; null: the person chooses. */
  readonly path: string | null
}

/** The steps of an import; a text that was handed on is read at once: choose or paste, open a sealed file, check the preview, read the report. */
export function ImportTab({ path }: Props) {
  const flow = useImport()
  const { step } = flow
  const readPath = useRef(flow.read)
  useEffect(() => {
    const text = takeHanded()
    if (text !== null) void readPath.current({ kind: 'text', text })
    if (path !== null) void readPath.current({ kind: 'old-file', path })
  }, [path])
  return (
    <>
      {step.kind === 'choose' && <ChooseStep flow={flow} />}
      {step.kind === 'sealed' && <SealedStep flow={flow} path={step.preview.path} />}
      {step.kind === 'rows' && <PreviewStep key={step.preview.id} flow={flow} preview={step.preview} />}
      {step.kind === 'done' && (
        <ReportStep preview={step.preview} outcome={outcomeOf(step.preview, step.report)} />
      )}
      <LiveRegion text={spoken(flow)} />
    </>
  )
}

function spoken({ step, work }: ImportFlow): string {
  if (work !== null) return importText.works[work]
  switch (step.kind) {
    case 'choose':
      return ''
    case 'sealed':
      return importText.sealedTitle
    case 'rows':
      return sumText(step.preview.rows)
    case 'done':
      return outcomeText(outcomeOf(step.preview, step.report))
  }
}
