import type Provider from 'oidc-provider'

/** Turns the provider into one from before RFC 9207: neither its metadata nor its answers name the issuer. */
export function keepIssuerOutOfAnswers(provider: Provider): void {
  provider.on('authorization.success', (_context, answer = {}) => void Reflect.deleteProperty(answer, 'iss'))
  provider.use(async (context, next) => {
    await next()
    const body: unknown = context.body
    if (context.path.includes('/.well-known/') && typeof body === 'object' && body !== null) {
      Reflect.deleteProperty(body, 'authorization_response_iss_parameter_supported')
    }
  })
}
