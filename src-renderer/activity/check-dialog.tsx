import { Check, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { AuditReportView } from '#shared/broker/audit.ts'
import { verdictText } from '#shared/broker/verdict-text.ts'
import type { Result } from '#shared/problem.ts'
import { useVault } from '../state/vault-context.tsx'
import { checkText } from '../text/activity-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogBody, DialogFrame } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './activity.module.css'

/** Follows the chain of the log while it is open, says what it found, and gives the newest row as an anchor. */
export function CheckDialog({ onClose }: { readonly onClose: () => void }) {
  const { bridge } = useVault()
  const [result, setResult] = useState<Result<AuditReportView> | null>(null)
  useEffect(() => {
    let isShown = true
    void bridge.verifyAudit(null).then((found) => isShown && setResult(found))
    return () => {
      isShown = false
    }
  }, [bridge])
  return (
    <DialogFrame title={checkText.title} open onClose={onClose}>
      <DialogBody>
        <div aria-live="polite">
          {result === null && <p>{checkText.checking}</p>}
          {result !== null && !result.ok && <ProblemNote problem={result.problem} />}
          {result?.ok === true && <Verdict report={result.value} />}
        </div>
        {result?.ok === true && <Anchor line={result.value.head} />}
      </DialogBody>
    </DialogFrame>
  )
}

function Verdict({ report }: { readonly report: AuditReportView }) {
  const tone = report.kind === 'ok' ? 'ok' : report.kind === 'not-anchored' ? 'notice' : 'danger'
  const Icon = icons[tone]
  return (
    <p className={styles['verdict']} data-tone={tone}>
      <Icon size={16} strokeWidth={2} aria-hidden="true" />
      <span>{verdictText(report)}</span>
    </p>
  )
}

const icons = { ok: Check, notice: TriangleAlert, danger: X } as const

function Anchor({ line }: { readonly line: string }) {
  const { bridge } = useVault()
  const part = useRef<HTMLElement>(null)
  // It comes after the dialog has opened, which had nothing to focus but its close button.
  useEffect(() => part.current?.querySelector<HTMLElement>('[data-first]')?.focus(), [])
  return (
    <section ref={part} className={styles['anchor']} aria-label={checkText.anchor}>
      <h3>{checkText.anchor}</h3>
      <code>{line}</code>
      <p className={styles['faint']}>{checkText.anchorMeans}</p>
      <CopyButton label={checkText.copy} copy={() => bridge.copyAuditAnchor()} isFirst />
    </section>
  )
}
