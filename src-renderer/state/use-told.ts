import { useEffect, useState } from 'react'
import type { Problem, Result } from '#shared/problem.ts'

/** What the main process tells of one thing. */
export type Told<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly value: T }

type Source<T> = {
  readonly ask: () => Promise<Result<T>>
  /** Calls the listener with each new value; returns the function that unsubscribes. */
  readonly onChange: (listener: (value: T) => void) => () => void
}

/** A value that is read once, then updated by events, which are newer. Both functions have to stay the same. */
export function useTold<T>({ ask, onChange }: Source<T>): Told<T> {
  const [told, setTold] = useState<Told<T>>({ kind: 'loading' })
  useEffect(() => {
    let isOld = false
    const stop = onChange((value) => {
      isOld = true
      setTold({ kind: 'ready', value })
    })
    async function read(): Promise<void> {
      const result = await ask()
      if (isOld) return
      setTold(
        result.ok ? { kind: 'ready', value: result.value } : { kind: 'failed', problem: result.problem }
      )
    }
    void read()
    return () => {
      isOld = true
      stop()
    }
  }, [ask, onChange])
  return told
}
