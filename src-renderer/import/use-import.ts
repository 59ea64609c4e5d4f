import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem, Result } from '#shared/problem.ts'
import type { ImportPreview, ImportReport, ImportRequest, ImportSource } from '#shared/transfer.ts'
import { useVault } from '../state/vault-context.tsx'
import { outcomeText, outcomeOf, type RowsPreview, type SealedPreview } from './import-model.ts'
import { useTell } from '../toasts/toaster.tsx'

export type ImportStep =
  | { readonly kind: 'choose' }
  | { readonly kind: 'sealed'; readonly preview: SealedPreview }
  | { readonly kind: 'rows'; readonly preview: RowsPreview }
  | { readonly kind: 'done'; readonly preview: RowsPreview; readonly report: ImportReport }

export type ImportWork = 'reading' | 'opening' | 'importing' | null

export type ImportFlow = {
  readonly step: ImportStep
  readonly work: ImportWork
  readonly problem: Problem | null
  /** Returns true if something was read. */
  readonly read: (source: ImportSource) => Promise<boolean>
  /** Returns the problem; null if the file was opened. */
  readonly open: (secret: string) => Promise<Problem | null>
  readonly run: (request: ImportRequest) => Promise<void>
  readonly startOver: () => void
}

const choose: ImportStep = { kind: 'choose' }

/**
 * The import from its source to its report. The vault holds the data that was read; it is cancelled there
 * when the person starts over or leaves, also if the answer arrives only after that.
 */
export function useImport(): ImportFlow {
  const { bridge } = useVault()
  const tell = useTell()
  const [step, setStep] = useState<ImportStep>(choose)
  const { work, problem, setProblem, isBusy, ask } = useOneRequest()
  const waiting = useWaiting()

  function show(preview: ImportPreview): void {
    if (!waiting.hold(preview.id)) return
    setStep(preview.kind === 'sealed' ? { kind: 'sealed', preview } : { kind: 'rows', preview })
  }

  return {
    step,
    work,
    problem,
    read: async (source) => {
      const result = await ask('reading', () => bridge.previewImport(source))
      if (result === null) return false
      if (!result.ok) setProblem(result.problem)
      else if (result.value !== null) show(result.value)
      return result.ok && result.value !== null
    },
    open: async (secret) => {
      if (step.kind !== 'sealed') return null
      const result = await ask('opening', () => bridge.openImport({ id: step.preview.id, secret }))
      if (result === null) return null
      if (!result.ok) return result.problem
      show(result.value)
      return null
    },
    run: async (request) => {
      if (step.kind !== 'rows' || isBusy()) return
      const { preview } = step
      const isShown = waiting.release()
      const result = await ask('importing', () => bridge.runImport(request))
      if (result === null) return
      if (result.ok) {
        if (isShown()) setStep({ kind: 'done', preview, report: result.value })
        else tell.done(outcomeText(outcomeOf(preview, result.value)))
      } else if (isShown()) {
        waiting.hold(preview.id)
        setProblem(result.problem)
      } else tell.failed(result.problem)
    },
    startOver: () => {
      waiting.end()
      setProblem(null)
      setStep(choose)
    }
  }
}

/** Sends one request at a time; null if another one is under way. */
function useOneRequest() {
  const [work, setWork] = useState<ImportWork>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const busy = useRef(false)
  async function ask<T>(
    kind: ImportWork & string,
    request: () => Promise<Result<T>>
  ): Promise<Result<T> | null> {
    if (busy.current) return null
    busy.current = true
    setWork(kind)
    setProblem(null)
    const result = await request()
    busy.current = false
    setWork(null)
    return result
  }
  return { work, problem, setProblem, isBusy: () => busy.current, ask }
}

/** The one import that the vault holds for this form. */
function useWaiting() {
  const { bridge } = useVault()
  const id = useRef<string | null>(null)
  const shown = useRef(true)
  const end = useCallback(() => {
    if (id.current !== null) void bridge.cancelImport(id.current)
    id.current = null
  }, [bridge])
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
      end()
    }
  }, [end])
  return {
    end,
    /** False: the form is gone, and its import is cancelled. */
    hold(next: string): boolean {
      if (id.current !== next) end()
      id.current = next
      if (!shown.current) end()
      return shown.current
    },
    /** Lets a running import continue after the form; the result says if the form is still open. */
    release(): () => boolean {
      id.current = null
      return () => shown.current
    }
  }
}
