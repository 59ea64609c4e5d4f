import type { ClientChange, ClientFacts } from '#shared/client-change.ts'
import { clientText } from '../text/client-text.ts'

export type Typed = {
  readonly clientId: string
  /** Read when the form is saved; not kept. */
  readonly secret: string
  readonly removesSecret: boolean
}

/** `nothing`: the form names the client that is stored already. */
export type ClientForm =
  | { readonly kind: 'wrong'; readonly clientId: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'change'; readonly change: Omit<ClientChange, 'credential'> }

export function readClientForm(
  { clientId: before }: Pick<ClientFacts, 'clientId'>,
  typed: Typed
): ClientForm {
  const clientId = typed.clientId.trim()
  if (clientId === '') return { kind: 'wrong', clientId: clientText.idMissing }
  const secret = secretChange(typed)
  if (clientId === before && secret.kind === 'keep') return { kind: 'nothing' }
  return { kind: 'change', change: { clientId, secret } }
}

/** Returns whether the form names another client than the one of the sign-in; an empty field names none. */
export function isOtherClient({ clientId }: Pick<ClientFacts, 'clientId'>, typed: string): boolean {
  return typed.trim() !== '' && typed.trim() !== clientId
}

function secretChange({ secret, removesSecret }: Typed): ClientChange['secret'] {
  if (removesSecret) return { kind: 'remove' }
  const text = secret.trim()
  return text === '' ? { kind: 'keep' } : { kind: 'set', secret: text }
}
