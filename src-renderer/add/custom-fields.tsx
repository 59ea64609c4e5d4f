import { Plus } from 'lucide-react'
import { addText, customText } from '../text/add-text.ts'
import { Button } from '../ui/button.tsx'
import { ChipField } from '../ui/chip-field.tsx'
import { Field } from '../ui/field.tsx'
import styles from './add.module.css'
import { parseScope } from '../fields/custom-form.ts'
import { IssuerRedirect } from './issuer-redirect.tsx'
import type { CustomForm } from './use-custom-form.ts'

const MOST_OFFERED = 12

type Props = {
  readonly form: CustomForm
  readonly offered: readonly string[]
  /** The server at which the client is registered, and its redirect URI. */
  readonly found: { readonly issuer: string; readonly redirectUri: string }
  /** False: a client exists already or can be registered. */
  readonly needsClient?: boolean
  readonly clientHint?: string | null
}

/** The fields for a person's own server: its client and its scopes. */
export function CustomFields({ form, offered, found, needsClient = true, clientHint = null }: Props) {
  return (
    <>
      <Field label={customText.name} error={form.errors.name}>
        {(ids) => <input {...ids} ref={form.name} defaultValue={form.host} autoComplete="off" />}
      </Field>
      <IssuerRedirect issuer={found.issuer} address={found.redirectUri} />
      <Field
        label={addText.clientId}
        optional={!needsClient}
        hint={clientHint}
        error={form.errors.clientId}
        mono
      >
        {(ids) => <input {...ids} ref={form.clientId} autoComplete="off" spellCheck={false} />}
      </Field>
      <Field label={addText.clientSecret} optional mono>
        {(ids) => (
          <input {...ids} ref={form.clientSecret} type="password" autoComplete="off" spellCheck={false} />
        )}
      </Field>
      <ScopeField form={form} offered={offered} />
    </>
  )
}

/** The scopes to ask for, and the other scopes that the server offers. */
function ScopeField({ form, offered }: Pick<Props, 'form' | 'offered'>) {
  const more = offered.filter((scope) => !form.scopes.includes(scope)).slice(0, MOST_OFFERED)
  return (
    <div>
      <ChipField
        label={addText.scopes}
        hint={customText.scopesHint}
        placeholder={customText.scopeAdd}
        values={form.scopes}
        onChange={form.setScopes}
        parse={parseScope}
        wrong={() => customText.scopeWrong}
        removeLabel={customText.removeScope}
      />
      {more.length > 0 && (
        <fieldset className={styles['offered']} aria-label={customText.offered}>
          {more.map((scope) => (
            <Button
              key={scope}
              size="small"
              aria-label={customText.addScope(scope)}
              onClick={() => form.setScopes([...form.scopes, scope])}
            >
              <Plus size={12} strokeWidth={2} aria-hidden="true" />
              {scope}
            </Button>
          ))}
        </fieldset>
      )}
    </div>
  )
}
