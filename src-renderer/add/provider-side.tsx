import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { Mark } from '../brand/mark.tsx'
import { addText } from '../text/add-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Field } from '../ui/field.tsx'
import styles from './add.module.css'
import { RegistrationSteps } from './registration-steps.tsx'
import type { ProviderForm } from './use-provider-form.ts'

type FieldProps = { readonly provider: ProviderChoice; readonly form: ProviderForm }

type Props = FieldProps & {
  /** The entry whose client is used again. Null: a client is typed. */
  readonly reused: CredentialSummary | null
  readonly onOtherClient: () => void
  readonly onToken: () => void
}

export function ProviderSide({ provider, form, reused, onOtherClient, onToken }: Props) {
  const { id, name, host, scopes } = provider
  return (
    <>
      <div className={styles['who']}>
        <Mark service={id} name={name} size="big" />
        <div>
          <strong>{name}</strong>
          <div className={styles['faint']}>{host}</div>
        </div>
      </div>
      {scopes.length > 0 && <ScopeChoice scopes={scopes} form={form} />}
      {reused === null ? (
        <ClientFields provider={provider} form={form} />
      ) : (
        <div>
          <p>{addText.sameClient(reused.account)}</p>
          <button type="button" className={styles['link']} onClick={onOtherClient}>
            {addText.otherClient}
          </button>
        </div>
      )}
      <p className={styles['faint']}>
        {addText.haveToken}{' '}
        <button type="button" className={styles['link']} onClick={onToken}>
          {addText.pasteToken}
        </button>
      </p>
    </>
  )
}

function ClientFields({ provider, form }: FieldProps) {
  const { name, registration } = provider
  return (
    <>
      <div>
        <Field label={addText.clientId} hint={addText.clientIdHint(name)} error={form.errors.clientId} mono>
          {(ids) => <input {...ids} ref={form.clientId} type="text" autoComplete="off" spellCheck={false} />}
        </Field>
        {registration !== null && <RegistrationSteps provider={provider} registration={registration} />}
      </div>
      <SecretField provider={provider} form={form} />
    </>
  )
}

type ScopeProps = { readonly scopes: ProviderChoice['scopes']; readonly form: ProviderForm }

function ScopeChoice({ scopes, form }: ScopeProps) {
  return (
    <fieldset className={styles['group']}>
      <legend>{addText.scopes}</legend>
      {scopes.map(({ scope, description }) => (
        <CheckRow
          key={scope}
          label={scope}
          sub={description}
          checked={form.scopes.has(scope)}
          onChange={(on) => form.setScope(scope, on)}
        />
      ))}
    </fieldset>
  )
}

function SecretField({ provider: { needsClientSecret, codeWithoutSecret }, form }: FieldProps) {
  return (
    <Field
      label={addText.clientSecret}
      hint={codeWithoutSecret ? addText.clientSecretOrCode : undefined}
      optional={!needsClientSecret}
      error={form.errors.clientSecret}
      mono
    >
      {(ids) => (
        <input
          {...ids}
          ref={form.clientSecret}
          type="password"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => form.noteSecret(event.target.value)}
        />
      )}
    </Field>
  )
}
