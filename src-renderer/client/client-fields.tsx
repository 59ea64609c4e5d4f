import type { ClientFacts } from '#shared/client-change.ts'
import { clientText } from '../text/client-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Field } from '../ui/field.tsx'
import styles from './client.module.css'
import type { ClientFields } from './use-client-form.ts'

type Props = { readonly facts: ClientFacts; readonly form: ClientFields }

/** The client of a sign-in: its ID, and its secret. */
export function ClientFieldRows({ facts, form }: Props) {
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
      <SecretRow facts={facts} form={form} />
    </>
  )
}

/** The secret is write-only: its field shows only whether a secret exists. */
function SecretRow({ facts: { hasSecret, needsSecret }, form }: Props) {
  const { removesSecret } = form
  const isKept = hasSecret && !removesSecret
  return (
    <div className={styles['secret']}>
      <Field
        label={clientText.secret}
        optional={!needsSecret}
        hint={isKept ? clientText.secretHint : null}
        mono
      >
        {(ids) => (
          <input
            {...ids}
            ref={form.secret}
            type="password"
            placeholder={isKept ? clientText.secretUnchanged : clientText.secretNone}
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
  )
}
