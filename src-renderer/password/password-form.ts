import type { CredentialSummary } from '#shared/credential.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import type { Problem } from '#shared/problem.ts'
import { isIssuer } from '../fields/custom-form.ts'
import { passwordText } from '../text/password-text.ts'

export type PasswordFieldName = 'project' | 'projectKey' | 'email' | 'password'
export type PasswordErrors = Readonly<Record<PasswordFieldName, string | null>>

/** What the fields hold at the moment in which it is sent; kept nowhere. */
export type PasswordInput = Readonly<Record<PasswordFieldName | 'name', string>>

export const noPasswordErrors: PasswordErrors = {
  project: null,
  projectKey: null,
  email: null,
  password: null
}

/** `again`: the entry that is signed in to again, which has its project and its key. */
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

/** The field that a refusal is about; null: none of them. */
export function fieldOf({ code }: Problem): 'projectKey' | 'password' | null {
  if (code === 'SIGN_IN_DENIED') return 'password'
  return code === 'CLIENT_REFUSED' ? 'projectKey' : null
}

/** The account as an address to sign in with; empty where it was given another name. */
export function emailOf({ account }: CredentialSummary): string {
  return /^[^\s@]+@[^\s@]+$/.test(account) ? account : ''
}
