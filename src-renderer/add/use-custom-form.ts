import { useRef, useState } from 'react'
import type { SignInRequest } from '#shared/sign-in.ts'
import { addText } from '../text/add-text.ts'

export type CustomForm = ReturnType<typeof useCustomForm>
type Named = Extract<SignInRequest, { kind: 'new' }>['provider']

type Wish = {
  /** Initial text of the name field. */
  readonly host: string
  readonly nameMissing: string
  /** False: a client exists already or can be registered. */
  readonly needsClient: boolean
  /** Returns the server with the typed name and client ID. Null: no server has answered yet. */
  readonly provider: ((name: string, clientId: string) => Named) | null
}

const noErrors: { readonly name: string | null; readonly clientId: string | null } = {
  name: null,
  clientId: null
}

/** The name, client and scopes for a person's own server. */
export function useCustomForm({ host, nameMissing, needsClient, provider }: Wish) {
  const name = useRef<HTMLInputElement>(null)
  const clientId = useRef<HTMLInputElement>(null)
  const clientSecret = useRef<HTMLInputElement>(null)
  const [scopes, setScopes] = useState<readonly string[]>([])
  const [errors, setErrors] = useState(noErrors)

  /** Takes the request and the secret out of the form; null, with errors at the fields, if incomplete. */
  function read(): SignInRequest | null {
    if (provider === null) return null
    const shownName = name.current?.value.trim() ?? ''
    const client = clientId.current?.value.trim() ?? ''
    const secret = clientSecret.current?.value.trim() ?? ''
    const lacksClient = needsClient && client === ''
    setErrors({
      name: shownName === '' ? nameMissing : null,
      clientId: lacksClient ? addText.clientIdMissing : null
    })
    if (shownName === '' || lacksClient) {
      const missing = shownName === '' ? name : clientId
      missing.current?.focus()
      return null
    }
    if (clientSecret.current !== null) clientSecret.current.value = ''
    return {
      kind: 'new',
      provider: provider(shownName, client),
      clientSecret: secret === '' ? null : secret,
      account: null,
      scopes: [...scopes]
    }
  }
  return { name, clientId, clientSecret, scopes, setScopes, errors, read, host }
}
