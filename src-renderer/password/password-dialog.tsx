import type { CredentialSummary } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { passwordText } from '../text/password-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import { LoginFields, ProjectKeyField } from './login-fields.tsx'
import { emailOf } from './password-form.ts'
import styles from './password.module.css'
import { usePasswordForm } from './use-password-form.ts'
import { hostOf } from '../text/address-text.ts'

/** The dialog to sign in again with a project's own password. */
export function PasswordDialog({ id }: { readonly id: string }) {
  const credential = useReady().credentials.get(id)
  return credential === undefined ? null : <Again credential={credential} />
}

function Again({ credential }: { readonly credential: CredentialSummary }) {
  const { commands } = useWindow()
  const form = usePasswordForm(credential)
  const email = emailOf(credential)
  const { name, issuer, service } = credential
  return (
    <DialogFrame
      title={passwordText.againTitle(name)}
      open
      onClose={commands.close}
      initialFocus={email === '' ? form.fields.email : form.fields.password}
      keepOnOutsidePress
    >
      <SubmitForm className={styles['form']} onSubmit={() => void form.submit()}>
        <DialogBody>
          <p>{passwordText.againLead(hostOf(issuer ?? service))}</p>
          {form.problem !== null && <ProblemNote problem={form.problem} />}
          <LoginFields form={form} email={email} />
          <ProjectKeyField form={form} isKept />
        </DialogBody>
        <DialogFooter>
          <Button onClick={commands.close}>{commonText.cancel}</Button>
          <Button type="submit" look="primary" aria-disabled={form.sending}>
            {form.sending ? passwordText.signingIn : passwordText.signIn}
          </Button>
        </DialogFooter>
      </SubmitForm>
    </DialogFrame>
  )
}
