import type { TerminalSignIn } from '#shared/broker/sign-in-requests.ts'
import type { Terminal } from '../../terminal/command.ts'
import type { SignInOrder } from './sign-in-order.ts'

export type SignInWay = {
  readonly surface: 'window' | 'browser' | 'device' | null
  readonly hasBrowser: boolean
  /** The client has a secret, which is to be asked for. */
  readonly hasClientSecret: boolean
}

type Asks = Pick<Terminal, 'askSecret'>

/** Asks for the secrets that a sign-in needs. Null: the person gave none. */
export async function withSecrets(
  order: SignInOrder,
  { hasBrowser, hasClientSecret, surface }: SignInWay,
  terminal: Asks
): Promise<TerminalSignIn | null> {
  if (order.kind !== 'page') return await withPassword(order, terminal)
  const { request, needsSecret } = order
  if (request.kind !== 'new' || !(needsSecret || hasClientSecret)) {
    return { kind: 'page', request, surface, hasBrowser }
  }
  const clientSecret = await terminal.askSecret('Secret of the client: ')
  if (clientSecret === null) return null
  return { kind: 'page', request: { ...request, clientSecret }, surface, hasBrowser }
}

async function withPassword(
  order: Exclude<SignInOrder, { kind: 'page' }>,
  { askSecret }: Asks
): Promise<TerminalSignIn | null> {
  const { email } = order
  const isNew = order.kind === 'password'
  const projectKey = isNew ? await askSecret('Publishable key of the project: ') : null
  if (isNew && projectKey === null) return null
  const password = await askSecret(`Password of ${email}: `)
  if (password === null) return null
  if (order.kind === 'password-again') {
    const { credential } = order
    return { kind: 'password', request: { kind: 'again', credential, projectKey, email, password } }
  }
  const { address: project, name } = order.project
  return {
    kind: 'password',
    request: { kind: 'new', project, projectKey: projectKey ?? '', name, email, password }
  }
}
