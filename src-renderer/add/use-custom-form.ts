import { useRef, useState } from 'react'
import type { DiscoveryReport, SignInRequest } from '#shared/ipc.ts'
import { addText, customText } from '../text/add-text.ts'

export type CustomForm = ReturnType<typeof useCustomForm>

const noErrors: { readonly name: string | null; readonly clientId: string | null } = {
  name: null,
  clientId: null
}

export function useCustomForm(report: DiscoveryReport | null) {
  const name = useRef<HTMLInputElement>(null)
  const clientId = useRef<HTMLInputElement>(null)
  const clientSecret = useRef<HTMLInputElement>(null)
  const [scopes, setScopes] = useState<readonly string[]>([])
  const [errors, setErrors] = useState(noErrors)

  /** The request, with the secret taken out of its field; null and words at the fields when something is missing. */
  function read(): SignInRequest | null {
    if (report === null) return null
    const shownName = name.current?.value.trim() ?? ''
    const client = clientId.current?.value.trim() ?? ''
    const secret = clientSecret.current?.value.trim() ?? ''
    setErrors({
      name: shownName === '' ? customText.nameMissing : null,
      clientId: client === '' ? addText.clientIdMissing : null
    })
    if (shownName === '' || client === '') {
      const missing = shownName === '' ? name : clientId
      missing.current?.focus()
      return null
    }
    if (clientSecret.current !== null) clientSecret.current.value = ''
    return {
      kind: 'new',
      provider: { kind: 'issuer', issuer: report.issuer, name: shownName, clientId: client },
      clientSecret: secret === '' ? null : secret,
      account: null,
      scopes: [...scopes]
    }
  }
  return {
    name,
    clientId,
    clientSecret,
    scopes,
    setScopes,
    errors,
    read,
    host: report?.authorizationHost ?? ''
  }
}
