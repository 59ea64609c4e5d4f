import type { Credential } from '../../core/credential-record.ts'
import { Secret } from '../../core/secret.ts'
import { START } from '../../core/testing/samples.ts'
import type { Found } from '../../core/transfer/transfer-ports.ts'
import { createImportReader } from './import-reader.ts'
import type { KeyService } from './secret-names.ts'

export const CANARY = 'cnry_0123456789abcdefghij'

type ImportKit = {
  readonly read: (text: string, fileName?: string | null) => Promise<Found>
  /**
   * Returns the sentence of the refusal. Rejects if the text was read, or if the sentence quotes a canary.
   */
  readonly refusal: (text: string, fileName?: string | null) => Promise<string>
}

export function importKit(services: readonly KeyService[]): ImportKit {
  const reader = createImportReader({ clock: { now: () => START }, services, providerOf: (row) => row })
  const read: ImportKit['read'] = (text, fileName = null) => reader.read({ text: new Secret(text), fileName })
  return {
    read,
    refusal: async (text, fileName = null) => {
      try {
        await read(text, fileName)
      } catch (error) {
        const { code, message } = error as { code: string; message: string }
        if (code === 'INVALID_REQUEST' && !message.includes('cnry')) return message
        throw error
      }
      throw new Error('it was read')
    }
  }
}

/** Returns `service account secret` for each entry, or the note of a refused one. */
export function lines({ entries }: Found): string[] {
  return entries.map(({ ref, credential, note }) =>
    [ref.service, ref.account, ...(credential === null ? [`(${note})`] : secretsOf(credential))].join(' ')
  )
}

function secretsOf(credential: Credential): (string | null)[] {
  const shown = (secret: Secret | null): string | null => secret?.expose((text) => text) ?? null
  if (credential.kind === 'api-key') return [shown(credential.key)]
  if (credential.kind === 'aws') return [shown(credential.secretKey), shown(credential.sessionToken)]
  return credential.kind === 'mcp' ? [shown(credential.accessToken), shown(credential.refreshToken)] : []
}
