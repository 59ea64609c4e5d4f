import type { ClientFacts } from '#shared/client-change.ts'
import { clientText } from '../text/client-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Field } from '../ui/field.tsx'
import styles from './client.module.css'
import type { ClientFields } from './use-client-form.ts'

type Props = { readonly facts: ClientFacts; readonly form: ClientFields }

/** The secret is written and never read: its field says whether there is one, and no more. */
export function ClientFieldRows({ facts, form }: Props) {
  const { hasSecret, needsSecret } = facts
  const { removesSecret } = form
  return (
    <>
      <div>
        <Field label={clientText.clientId} error={form.idError} mono>
          {(ids) => (
            <input
              {...ids}
              type="text"
              value={form.clientId}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => form.setClientId(event.target.value)}
            />
          )}
        </Field>
        <p aria-live="polite" className={styles['other']}>
          {form.isOther ? clientText.otherId(facts.name) : ''}
        </p>
      </div>
      <div className={styles['secret']}>
        <Field
          label={clientText.secret}
          optional={!needsSecret}
          hint={hasSecret && !removesSecret ? clientText.secretHint : null}
          mono
        >
          {(ids) => (
            <input
              {...ids}
              ref={form.secret}
              type="password"
              placeholder={hasSecret && !removesSecret ? clientText.secretUnchanged : clientText.secretNone}
              disabled={removesSecret}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => form.noteSecret(event.target.value)}
            />
          )}
        </Field>
        {hasSecret && !needsSecret && (
          <CheckRow
            label={clientText.removeSecret}
            sub={clientText.removeSecretMeans}
            checked={removesSecret}
            onChange={form.setRemovesSecret}
          />
        )}
      </div>
    </>
  )
}
