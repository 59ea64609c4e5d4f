import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import { cleanText } from '#shared/shown-text.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Provider } from '../provider.ts'

/** A credential as people know it: `GitHub` and `ana@example.com`. `service` is the id in commands and rules. */
export type ShownCredential = { readonly service: string; readonly name: string; readonly account: string }

/** Shows a credential by its key, also one that was removed. Each part of a key that is none is a question mark. */
export type ShowCredential = (key: string) => ShownCredential

type Ports = {
  /** Null: it is not in the list. */
  readonly repository: { find(ref: CredentialRef): Pick<CatalogEntry, 'name'> | null }
  /** Null: no such provider. */
  readonly directory: { find(service: string): Pick<Provider, 'name'> | null }
}

const MARK = '�'

/** Name and account are cleaned here and nowhere else; a service that nobody knows is called by its id. */
export function credentialShower({ repository, directory }: Ports): ShowCredential {
  return (key) => {
    const ref = refFromKey(key)
    if (ref === null) return { service: '?', name: '?', account: '?' }
    const { service, account } = ref
    const name = repository.find(ref)?.name ?? directory.find(service)?.name ?? service
    return { service, name: cleanText(name, MARK), account: cleanText(account, MARK) }
  }
}
