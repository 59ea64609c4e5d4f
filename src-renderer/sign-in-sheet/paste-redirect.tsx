import { useRef, useState } from 'react'
import type { Problem, Result } from '#shared/problem.ts'
import { signInText } from '../text/add-text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './sign-in.module.css'

type Props = { readonly submit: (address: string) => Promise<Result<null>> }

/** The address contains a code: it is read once, when the button is pressed, and cleared. */
export function PasteRedirect({ submit }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [missing, setMissing] = useState(false)
  async function use(): Promise<void> {
    if (input.current === null) return
    const address = input.current.value.trim()
    setProblem(null)
    setMissing(!URL.canParse(address))
    if (!URL.canParse(address)) return input.current.focus()
    input.current.value = ''
    const result = await submit(address)
    if (!result.ok) setProblem(result.problem)
  }
  return (
    <details className={styles['paste']}>
      <summary>{signInText.pasteTitle}</summary>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          void use()
        }}
      >
        <Field
          label={signInText.pasteLabel}
          hint={signInText.pasteHint}
          error={missing ? signInText.pasteMissing : null}
          mono
        >
          {(ids) => <input {...ids} ref={input} type="text" autoComplete="off" spellCheck={false} />}
        </Field>
        <Button type="submit">{signInText.paste}</Button>
        {problem !== null && <ProblemNote problem={problem} />}
      </form>
    </details>
  )
}
