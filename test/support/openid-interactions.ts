import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { consentPage, loginPage } from './openid-pages.ts'

type Details = Awaited<ReturnType<Provider['interactionDetails']>>
/** Resolves with false if the path is not that of a sign-in page. */
export type Interact = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>

/** The pages that a person sees: sign-in and consent. */
export function interactions(
  provider: Provider,
  look: { name: string; withhold: readonly string[] }
): Interact {
  return async (request, response, path) => {
    if (!path.startsWith('/interaction/')) return false
    const details = await provider.interactionDetails(request, response)
    if (request.method === 'POST') {
      const form = new URLSearchParams(await readBody(request))
      const result = await decide(provider, details, { form, withhold: look.withhold })
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
      return true
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    response.end(pageFor(details, look.name, path))
    return true
  }
}

function pageFor(details: Details, name: string, path: string): string {
  const parameters = details.params as Record<string, string | undefined>
  if (details.prompt.name === 'login') return loginPage(name, path, parameters['login_hint'] ?? '')
  const login = details.session?.accountId ?? ''
  return consentPage(name, path, { login, scopes: scopesOf(details) })
}

type Decision = { readonly form: URLSearchParams; readonly withhold: readonly string[] }

async function decide(provider: Provider, details: Details, { form, withhold }: Decision) {
  if (form.get('choice') === 'cancel') {
    return { error: 'access_denied', error_description: 'The person did not allow it.' }
  }
  if (details.prompt.name === 'login') return { login: { accountId: form.get('login') ?? '' } }
  const grant = new provider.Grant({
    accountId: details.session?.accountId ?? '',
    clientId: String(details.params['client_id'])
  })
  const asked = scopesOf(details)
  grant.addOIDCScope(asked.join(' '))
  const left = asked.filter((scope) => withhold.includes(scope))
  if (left.length > 0) grant.rejectOIDCScope(left.join(' '))
  for (const [resource, missing] of Object.entries(details.prompt.details['missingResourceScopes'] ?? {}))
    grant.addResourceScope(resource, (missing as string[]).join(' '))
  return { consent: { grantId: await grant.save() } }
}

function scopesOf(details: Details): string[] {
  const { scope } = details.params as { scope?: string }
  return (scope ?? '').split(' ').filter((part) => part !== '')
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
