import type { ProviderChoice } from '#shared/provider-choice.ts'
import { Mark } from '../brand/mark.tsx'
import { addText } from '../text/add-text.ts'
import { CheckRow } from '../ui/check-row.tsx'
import { Field } from '../ui/field.tsx'
import styles from './add.module.css'
import { RegistrationSteps } from './registration-steps.tsx'
import type { ProviderForm } from './use-provider-form.ts'

type Props = { readonly provider: ProviderChoice; readonly form: ProviderForm }

export function ProviderSide({ provider, form }: Props) {
  const { id, name, host, scopes, registration } = provider
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

function SecretField({ provider: { needsClientSecret, codeWithoutSecret }, form }: Props) {
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
