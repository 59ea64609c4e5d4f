import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Result } from '#shared/problem.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from './button.tsx'
import styles from './copy-button.module.css'

const COPIED_FOR = 2000

type Props = {
  readonly label: string
  readonly copy: () => Promise<Result<null>>
  /** True for the button that has the first focus of its dialog. */
  readonly isFirst?: boolean
}

/** Copies through the vault; the result is shown beside the button and read out. */
export function CopyButton({ label, copy, isFirst = false }: Props) {
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), COPIED_FOR)
    return () => clearTimeout(timer)
  }, [copied])
  async function press(): Promise<void> {
    if ((await copy()).ok) setCopied((times) => times + 1)
  }
  const Icon = copied === 0 ? Copy : Check
  return (
    <div className={styles['copy']}>
      <Button
        size={isFirst ? 'normal' : 'small'}
        data-first={isFirst || undefined}
        onClick={() => void press()}
      >
        <Icon size={16} aria-hidden="true" />
        {label}
      </Button>
      <span aria-live="polite">{copied === 0 ? '' : commonText.copied}</span>
    </div>
  )
}
