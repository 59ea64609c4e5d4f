import type { Secret } from '../core/secret.ts'
import type { CredentialScheme, Header } from '../core/use/use-ports.ts'

type Held = { readonly secret: Secret; readonly scheme: CredentialScheme }

/** The header that carries a credential. */
export function credentialHeader({ secret, scheme }: Held): Header {
  return secret.expose((text): Header => {
    switch (scheme.kind) {
      case 'bearer':
        return ['authorization', `Bearer ${text}`]
      case 'basic':
        return ['authorization', `Basic ${Buffer.from(`${scheme.user}:${text}`).toString('base64')}`]
      case 'header':
        return [scheme.name, text]
    }
  })
}
