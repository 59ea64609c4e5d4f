import type { ClientAuth } from 'openid-client'

/**
 * The client in a Basic header (RFC 6749 section 2.3.1). The library's own encodes dashes and underscores too, which
 * no form does and which servers that do not decode take for another client: the ids of Notion have dashes.
 */
export function basicAuthentication(secret: string): ClientAuth {
  return (_server, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${inForm(id)}:${inForm(secret)}`)}`)
  }
}

/** As a form has it (appendix B). */
function inForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
