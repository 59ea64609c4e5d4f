import { useCallback, useEffect, useState } from 'react'
import type { DoctorCheckId, DoctorReport } from '#shared/doctor.ts'
import type { Result } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'
import { doctorText } from '../text/doctor-text.ts'
import { useTell } from '../toasts/toaster.tsx'

export type DoctorWork = 'checking' | 'fixing' | null

export type DoctorModel = {
  /** Null: no report has arrived yet. */
  readonly report: DoctorReport | null
  readonly work: DoctorWork
  /** True if the last request failed; the report before it stays. */
  readonly hasFailed: boolean
  readonly check: (readEntries?: boolean) => Promise<void>
  /** Repairs these checks. Null: every check that can be repaired. */
  readonly fix: (checks: readonly DoctorCheckId[] | null) => Promise<void>
  /** Copies the report to the clipboard as text. */
  readonly copy: () => Promise<void>
}

/** Runs the checks when the page opens and on request; entries are read once the person has asked for it. */
export function useDoctor(): DoctorModel {
  const { bridge } = useVault()
  const tell = useTell()
  const [report, setReport] = useState<DoctorReport | null>(null)
  const [work, setWork] = useState<DoctorWork>('checking')
  const [hasFailed, setFailed] = useState(false)
  const [reads, setReads] = useState(false)

  const take = useCallback((result: Result<DoctorReport>): DoctorReport | null => {
    setWork(null)
    setFailed(!result.ok)
    if (!result.ok) return null
    setReport(result.value)
    return result.value
  }, [])

  useEffect(() => {
    let isShown = true
    void bridge.runDoctor({ readEntries: false }).then((result) => isShown && take(result))
    return () => {
      isShown = false
    }
  }, [bridge, take])

  async function check(readEntries = reads): Promise<void> {
    if (work !== null) return
    setWork('checking')
    setReads(readEntries)
    take(await bridge.runDoctor({ readEntries }))
  }
  async function fix(checks: readonly DoctorCheckId[] | null): Promise<void> {
    if (work !== null) return
    setWork('fixing')
    const wanted = checks === null ? null : [...checks]
    const result = await bridge.fixDoctor({ checks: wanted, readEntries: reads })
    const done = take(result)
    for (const sentence of done?.repaired ?? []) tell.done(sentence)
    if (!result.ok) tell.failed(result.problem)
  }
  async function copy(): Promise<void> {
    const result = await bridge.copyDoctorReport()
    if (result.ok) tell.done(doctorText.copied, doctorText.copiedBody)
    else tell.failed(result.problem)
  }
  return { report, work, hasFailed, check, fix, copy }
}
