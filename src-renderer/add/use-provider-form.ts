import { type RefObject, useRef, useState } from 'react'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { SignInRequest } from '#shared/sign-in.ts'
import { addText } from '../text/add-text.ts'

export type ProviderForm = {
  readonly scopes: ReadonlySet<string>
  readonly setScope: (scope: string, on: boolean) => void
  readonly clientId: RefObject<HTMLInputElement | null>
  readonly clientSecret: RefObject<HTMLInputElement | null>
  /** True if the secret's field has text; the text itself stays in the field. */
  readonly hasSecret: boolean
  readonly noteSecret: (text: string) => void
  readonly errors: ProviderErrors
  /** A field was changed: its error goes. */
  readonly forgive: () => void
  /** Takes the request and the secret out of the form; null, with errors at the fields, if incomplete. */
  readonly read: () => SignInRequest | null
}

type ProviderErrors = { readonly clientId: string | null; readonly clientSecret: string | null }

const noErrors: ProviderErrors = { clientId: null, clientSecret: null }

export function useProviderForm(provider: ProviderChoice | null): ProviderForm {
  const clientId = useRef<HTMLInputElement>(null)
  const clientSecret = useRef<HTMLInputElement>(null)
  const [changes, setChanges] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [errors, setErrors] = useState(noErrors)
  const [hasSecret, setHasSecret] = useState(false)
  const id = provider?.id ?? ''
  const scopes = new Set(
    (provider?.scopes ?? [])
      .filter(({ scope, byDefault }) => changes.get(`${id} ${scope}`) ?? byDefault)
      .map(({ scope }) => scope)
  )

  function read(): SignInRequest | null {
    if (provider === null) return null
    const client = clientId.current?.value.trim() ?? ''
    const secret = clientSecret.current?.value.trim() ?? ''
    const found = check(provider, client, secret)
    setErrors(found)
    if (found.clientId !== null) return focus(clientId)
    if (found.clientSecret !== null) return focus(clientSecret)
    if (clientSecret.current !== null) clientSecret.current.value = ''
    setHasSecret(false)
    return {
      kind: 'new',
      provider: { kind: 'preset', provider: provider.id, clientId: client },
      clientSecret: secret === '' ? null : secret,
      account: null,
      scopes: [...scopes]
    }
  }

  return {
    scopes,
    setScope: (scope, on) => setChanges(new Map(changes).set(`${id} ${scope}`, on)),
    clientId,
    clientSecret,
    hasSecret,
    noteSecret: (text) => setHasSecret(text.trim() !== ''),
    errors,
    forgive: () => setErrors(noErrors),
    read
  }
}

function check(provider: ProviderChoice, clientId: string, clientSecret: string): ProviderErrors {
  return {
    clientId: clientId === '' ? addText.clientIdMissing : null,
    clientSecret:
      provider.needsClientSecret && clientSecret === '' ? addText.clientSecretMissing(provider.name) : null
  }
}

function focus(input: RefObject<HTMLInputElement | null>): null {
  input.current?.focus()
  return null
}
