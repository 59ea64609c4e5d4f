import type { CredentialSummary } from '#shared/credential.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import type { Problem } from '#shared/problem.ts'
import { isIssuer } from '../fields/custom-form.ts'
import { passwordText } from '../text/password-text.ts'

export type PasswordFieldName = 'project' | 'projectKey' | 'email' | 'password'
export type PasswordErrors = Readonly<Record<PasswordFieldName, string | null>>

/** The text of the fields at the moment of sending; not kept. */
export type PasswordInput = Readonly<Record<PasswordFieldName | 'name', string>>

export const noPasswordErrors: PasswordErrors = {
  project: null,
  projectKey: null,
  email: null,
  password: null
}

/** `again`: the entry that is signed in to again, which already has its project and its key. */
export function checkPasswordInput(
  { project, projectKey, email, password }: PasswordInput,
  again: CredentialSummary | null
): PasswordErrors {
  const isNew = again === null
  return {
    project: isNew && !isIssuer(project) ? passwordText.projectWrong : null,
    projectKey: isNew && projectKey === '' ? passwordText.projectKeyMissing : null,
    email: email === '' ? passwordText.emailMissing : null,
    password: password === '' ? passwordText.passwordMissing : null
  }
}

export function toPasswordRequest(
  { project, projectKey, name, email, password }: PasswordInput,
  again: CredentialSummary | null
): PasswordSignInRequest {
  if (again === null) return { kind: 'new', project, projectKey, name, email, password }
  const key = projectKey === '' ? null : projectKey
  return { kind: 'again', credential: again.id, projectKey: key, email, password }
}

/** Returns the field that a refusal is about; null if it is about no field. */
export function fieldOf({ code }: Problem): 'projectKey' | 'password' | null {
  if (code === 'SIGN_IN_DENIED') return 'password'
  return code === 'CLIENT_REFUSED' ? 'projectKey' : null
}

/** Returns the account if it is an address to sign in with; empty if it has another name. */
export function emailOf({ account }: CredentialSummary): string {
  return /^[^\s@]+@[^\s@]+$/.test(account) ? account : ''
}
