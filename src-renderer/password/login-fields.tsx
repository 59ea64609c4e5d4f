import { passwordText } from '../text/password-text.ts'
import { Field } from '../ui/field.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import type { PasswordForm } from './use-password-form.ts'

type Props = { readonly form: PasswordForm; readonly email?: string }

/** E-mail and password. `email`: the initial text of the first field. */
export function LoginFields({ form: { fields, errors, clear }, email = '' }: Props) {
  return (
    <>
      <Field label={passwordText.email} error={errors.email}>
        {(ids) => (
          <input
            {...ids}
            ref={fields.email}
            type="email"
            defaultValue={email}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      <PassphraseField
        label={passwordText.password}
        error={errors.password}
        attach={fields.password}
        onChange={clear}
      />
    </>
  )
}

type KeyProps = { readonly form: PasswordForm; readonly isKept: boolean }

/** The project's key, which is kept with the tokens. Like every secret it is read only from its field. */
export function ProjectKeyField({ form: { fields, errors }, isKept }: KeyProps) {
  return (
    <Field
      label={passwordText.projectKey}
      optional={isKept}
      hint={isKept ? passwordText.projectKeyKept : passwordText.projectKeyHint}
      error={errors.projectKey}
      mono
    >
      {(ids) => (
        <input {...ids} ref={fields.projectKey} type="password" autoComplete="off" spellCheck={false} />
      )}
    </Field>
  )
}
