import type { ProviderChoice } from '#shared/provider-choice.ts'
import styles from '../add/add.module.css'
import { useVault } from '../state/vault-context.tsx'
import { passwordText } from '../text/password-text.ts'
import { Field } from '../ui/field.tsx'
import { LoginFields, ProjectKeyField } from './login-fields.tsx'
import type { PasswordForm } from './use-password-form.ts'

type Props = { readonly provider: ProviderChoice; readonly form: PasswordForm }

/** A project of a product with sign-in by password, and the account there. */
export function PasswordSide({ provider: { id, hasHelp }, form }: Props) {
  const { bridge } = useVault()
  const { fields, errors } = form
  return (
    <div className={styles['fields']}>
      <Field label={passwordText.project} hint={passwordText.projectHint} error={errors.project}>
        {(ids) => <input {...ids} ref={fields.project} type="url" autoComplete="off" spellCheck={false} />}
      </Field>
      <div>
        <ProjectKeyField form={form} isKept={false} />
        {hasHelp && (
          <button type="button" className={styles['link']} onClick={() => void bridge.openHelp(id)}>
            {passwordText.help}
          </button>
        )}
      </div>
      <LoginFields form={form} />
      <Field label={passwordText.name} optional hint={passwordText.nameHint}>
        {(ids) => <input {...ids} ref={fields.name} autoComplete="off" />}
      </Field>
    </div>
  )
}
