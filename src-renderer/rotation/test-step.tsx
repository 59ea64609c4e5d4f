import { Check, CircleHelp, X } from 'lucide-react'
import { useState } from 'react'
import type { CredentialSummary, RotationState } from '#shared/credential.ts'
import type { Problem } from '#shared/problem.ts'
import type { KeyTest } from '#shared/rotation.ts'
import { useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { rotationText } from '../text/rotation-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, type AttachFirst } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './rotation.module.css'
import { StepList } from './step-list.tsx'

type Props = {
  readonly credential: CredentialSummary
  readonly rotation: Extract<RotationState, { kind: 'prepared' }>
  readonly attachFirst: AttachFirst
}

export function TestStep({ credential, rotation, attachFirst }: Props) {
  const { commands } = useWindow()
  const { busy, result, problem, test, turn } = useTest(credential.id)
  const isRefused = result?.works === 'no'
  const turnLabel = isRefused ? rotationText.switchAnyway : rotationText.switch
  const testLabel = result === null ? rotationText.test : rotationText.testAgain
  return (
    <>
      <StepList current={result === null ? 'test' : 'switch'} />
      <DialogBody>
        {problem !== null && <ProblemNote problem={problem} />}
        <p>{rotationText.waiting(rotation.masked)}</p>
        <div className={styles['test']}>
          <div aria-live="polite">{result === null ? rotationText.testBody : <Result result={result} />}</div>
          <Button
            ref={attachFirst}
            size="small"
            aria-disabled={busy !== null || undefined}
            onClick={() => void test()}
          >
            {busy === 'test' ? rotationText.testing : testLabel}
          </Button>
        </div>
        <p className={styles['quiet']}>{rotationText.switchBody}</p>
      </DialogBody>
      <DialogFooter>
        <Button
          look="danger"
          onClick={() => commands.show({ kind: 'end-rotation', step: 'discard', credential })}
        >
          {rotationText.discard}
        </Button>
        <Button onClick={commands.close}>{rotationText.later}</Button>
        <Button
          look={isRefused ? 'plain' : 'primary'}
          aria-disabled={busy !== null || undefined}
          onClick={() => void turn()}
        >
          {busy === 'switch' ? rotationText.switching : turnLabel}
        </Button>
      </DialogFooter>
    </>
  )
}

function Result({ result: { works, text } }: { readonly result: KeyTest }) {
  const Icon = { yes: Check, no: X, unknown: CircleHelp }[works]
  return (
    <>
      <p className={styles['result']} data-works={works}>
        <Icon size={14} strokeWidth={2} aria-hidden="true" />
        {rotationText.results[works]}
      </p>
      <p className={styles['quiet']}>{text}</p>
    </>
  )
}

/** Sends one request at a time. The step changes when the vault reports it. */
function useTest(id: string) {
  const { bridge } = useVault()
  const [busy, setBusy] = useState<'test' | 'switch' | null>(null)
  const [result, setResult] = useState<KeyTest | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function test(): Promise<void> {
    if (busy !== null) return
    setBusy('test')
    setProblem(null)
    const answer = await bridge.testKey(id)
    setBusy(null)
    if (answer.ok) setResult(answer.value)
    else setProblem(answer.problem)
  }
  async function turn(): Promise<void> {
    if (busy !== null) return
    setBusy('switch')
    setProblem(null)
    const answer = await bridge.switchKey(id)
    setBusy(null)
    if (!answer.ok) setProblem(answer.problem)
  }
  return { busy, result, problem, test, turn }
}
