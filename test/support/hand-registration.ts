import type { OpenIdOptions, OpenIdProvider } from './openid-provider.ts'

/** A provider where clients can be registered, so that a client can have the address that was shown. */
export const registering: NonNullable<OpenIdOptions['configuration']> = {
  features: { registration: { enabled: true } }
}

export const clientAt = (address: string) => ({
  application_type: 'native' as const,
  token_endpoint_auth_method: 'none' as const,
  redirect_uris: [address],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code' as const]
})

/** Registers a client as a person does by hand, with the address that the form shows. Returns its ID. */
export async function registered(op: OpenIdProvider, address: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(clientAt(address))
  const answer = await fetch(`${op.issuer}/reg`, { method: 'POST', headers, body })
  const { client_id: id } = (await answer.json()) as { client_id: string }
  return id
}
