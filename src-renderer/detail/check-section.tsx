import { Check, X } from 'lucide-react'
import { useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import type { Result } from '#shared/problem.ts'
import { useNow, useVault } from '../state/vault-context.tsx'
import { commonText } from '../text/common-text.ts'
import { detailText } from '../text/detail-text.ts'
import { dayTimeText } from '../time/time-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './detail.module.css'

type Answer = { readonly works: boolean; readonly text: string; readonly checkedAt: string }
type CheckState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly result: Result<Answer> }

export function CheckSection({ credential }: { readonly credential: CredentialSummary }) {
  const { bridge } = useVault()
  const [state, setState] = useState<CheckState>({ kind: 'idle' })
  async function check(): Promise<void> {
    setState({ kind: 'running' })
    setState({ kind: 'done', result: await bridge.checkNow(credential.id) })
  }
  const running = state.kind === 'running'
  return (
    <section className={styles['section']}>
      <h3>{detailText.check}</h3>
      <div className={styles['line']}>
        <div aria-live="polite">
          {state.kind === 'done' ? <Outcome result={state.result} /> : <p>{detailText.checkBody}</p>}
        </div>
        <Button size="small" aria-disabled={running} onClick={running ? undefined : () => void check()}>
          {running ? detailText.checking : commonText.checkNow}
        </Button>
      </div>
    </section>
  )
}

function Outcome({ result }: { readonly result: Result<Answer> }) {
  const now = useNow()
  if (!result.ok) return <p data-tone="danger">{result.problem.message}</p>
  const { works, text, checkedAt } = result.value
  const Icon = works ? Check : X
  return (
    <>
      <p className={styles['outcome']} data-tone={works ? 'ok' : 'danger'}>
        <Icon size={14} strokeWidth={2} aria-hidden="true" />
        {works ? detailText.works : detailText.worksNot}
      </p>
      <p>{text}</p>
      <p>{dayTimeText(Date.parse(checkedAt), now)}</p>
    </>
  )
}
