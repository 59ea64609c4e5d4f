import { useRef, useState } from 'react'
import type { SignInRequest } from '#shared/ipc.ts'
import type { McpReport } from '#shared/mcp.ts'
import { addText } from '../text/add-text.ts'
import { mcpText } from '../text/mcp-text.ts'
import type { CustomForm } from './use-custom-form.ts'

const noErrors: CustomForm['errors'] = { name: null, clientId: null }

/** As the form of an issuer, with a client that only some servers ask for. */
export function useMcpForm(address: string, report: McpReport | null): CustomForm {
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
    const needsClient = report.client === 'ask' && client === ''
    setErrors({
      name: shownName === '' ? mcpText.nameMissing : null,
      clientId: needsClient ? addText.clientIdMissing : null
    })
    if (shownName === '' || needsClient) {
      const missing = shownName === '' ? name : clientId
      missing.current?.focus()
      return null
    }
    if (clientSecret.current !== null) clientSecret.current.value = ''
    return {
      kind: 'new',
      provider: { kind: 'mcp', server: address, name: shownName, clientId: client === '' ? null : client },
      clientSecret: secret === '' ? null : secret,
      account: null,
      scopes: [...scopes]
    }
  }
  const host = URL.canParse(address) ? new URL(address).host : ''
  return { name, clientId, clientSecret, scopes, setScopes, errors, read, host }
}
