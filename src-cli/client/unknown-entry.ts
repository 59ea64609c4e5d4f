import { VaultRefusal } from '../../src-socket/vault-connection.ts'
import { credentialsOf } from './credentials.ts'
import { meantText } from './near-entries.ts'
import type { HomeAnswers } from './reach-home.ts'

/**
 * The refusal of an unknown entry with what was probably meant; as it is where nothing is near, or where the vault does
 * not list its entries for this client.
 */
export async function withMeant(
  vault: Pick<HomeAnswers, 'stream'>,
  refusal: VaultRefusal,
  service: string
): Promise<VaultRefusal> {
  try {
    const { credentials } = await credentialsOf(vault, { service: null, account: null })
    const meant = meantText(service, credentials)
    const { code, message } = refusal.problem
    return meant === null ? refusal : new VaultRefusal({ code, message: `${message} ${meant}` })
  } catch {
    return refusal
  }
}
