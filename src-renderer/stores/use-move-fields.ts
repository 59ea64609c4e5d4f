import { type RefObject, useRef, useState } from 'react'
import type { MoveErrors, targetOf } from './move-form.ts'

type Input = RefObject<HTMLInputElement | null>
export type MoveFields = {
  readonly passphrase: Input
  readonly again: Input
  readonly keyFile: Input
  readonly agreed: boolean
  readonly setAgreed: (agreed: boolean) => void
  readonly read: () => Parameters<typeof targetOf>[1]
  readonly focus: (errors: MoveErrors) => void
  readonly clear: () => void
}

/** Uncontrolled: a passphrase is only in its field, which is cleared once the vault has accepted it. */
export function useMoveFields(): MoveFields {
  const passphrase = useRef<HTMLInputElement>(null)
  const again = useRef<HTMLInputElement>(null)
  const keyFile = useRef<HTMLInputElement>(null)
  const [agreed, setAgreed] = useState(false)
  return {
    passphrase,
    again,
    keyFile,
    agreed,
    setAgreed,
    read: () => ({
      passphrase: passphrase.current?.value ?? '',
      again: again.current?.value ?? '',
      keyFile: keyFile.current?.value ?? '',
      agreed
    }),
    clear: () => {
      for (const { current } of [passphrase, again]) if (current !== null) current.value = ''
    },
    focus: (errors) => {
      if (errors.passphrase !== undefined) passphrase.current?.focus()
      else if (errors.again !== undefined) again.current?.focus()
      else if (errors.keyFile !== undefined) keyFile.current?.focus()
    }
  }
}
