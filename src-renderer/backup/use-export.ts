import { useRef, useState } from 'react'
import type { Problem } from '#shared/problem.ts'
import type { ExportReport } from '#shared/transfer.ts'
import { useVault } from '../state/vault-context.tsx'
import { checkPassphrases, type ExportErrors } from './export-form.ts'

const noErrors: ExportErrors = { passphrase: null, again: null }

/** The passphrase is only in its two fields; both are cleared as soon as the file is written. */
export function useExport() {
  const { bridge } = useVault()
  const passphrase = useRef<HTMLInputElement>(null)
  const again = useRef<HTMLInputElement>(null)
  const [errors, setErrors] = useState(noErrors)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [report, setReport] = useState<ExportReport | null>(null)
  const [work, setWork] = useState(false)
  const [notChosen, setNotChosen] = useState(false)

  async function submit(): Promise<void> {
    if (work || passphrase.current === null || again.current === null) return
    const found = checkPassphrases(passphrase.current.value, again.current.value)
    setErrors(found)
    if (found.passphrase !== null) return passphrase.current.focus()
    if (found.again !== null) return again.current.focus()
    setWork(true)
    setProblem(null)
    setNotChosen(false)
    const result = await bridge.exportVault({ passphrase: passphrase.current.value })
    setWork(false)
    if (!result.ok) return setProblem(result.problem)
    // Null: the person closed the system's dialog. The fields keep their text for another try.
    setNotChosen(result.value === null)
    if (result.value === null) return
    if (passphrase.current !== null) passphrase.current.value = ''
    if (again.current !== null) again.current.value = ''
    setReport(result.value)
  }
  return {
    fields: { passphrase, again },
    errors,
    forgive: () => setErrors(noErrors),
    problem,
    report,
    work,
    notChosen,
    submit
  }
}
