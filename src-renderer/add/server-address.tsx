import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import styles from './add.module.css'
import type { ServerQuestion } from './use-server-question.ts'

type Props = {
  /** Text of the field at first; may be empty. */
  readonly first: string
  readonly question: Omit<ServerQuestion<unknown>, 'ask'>
  readonly ask: () => void
  readonly words: {
    readonly label: string
    readonly hint: string
    readonly wrong: string
    readonly ask: string
    readonly asking: string
  }
}

/** The address field of a server, and the button that asks the server. */
export function ServerAddress({ first, question, ask, words }: Props) {
  return (
    <div className={styles['issuer']}>
      <Field label={words.label} hint={words.hint} error={question.wrong ? words.wrong : null}>
        {(ids) => (
          <input
            {...ids}
            ref={question.input}
            type="url"
            defaultValue={first}
            autoComplete="off"
            spellCheck={false}
            onChange={question.reset}
          />
        )}
      </Field>
      <Button aria-disabled={question.asking} onClick={ask}>
        {question.asking ? words.asking : words.ask}
      </Button>
    </div>
  )
}
