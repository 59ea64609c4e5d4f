import { refFromKey } from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'

const MARK = '�'

/** Service and cleaned account of a credential’s key; a question mark for each if it is no key. */
export function shownAccount(credential: string): { readonly service: string; readonly account: string } {
  const { service = '?', account = '?' } = refFromKey(credential) ?? {}
  return { service, account: cleanText(account, MARK) }
}
