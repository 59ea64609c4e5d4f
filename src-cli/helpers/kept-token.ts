import type { HelperVault } from './helper-vault.ts'

/**
 * What a tool is told that wants to delete a token at its logout: Latchkey keeps it, because the tool would say that it is
 * deleted, and other tools may use it, too. Null: Latchkey gives this tool nothing at this host.
 */
export async function keptToken(
  vault: Pick<HelperVault, 'list'>,
  helper: string,
  host: string
): Promise<string | null> {
  const known = (await vault.list(helper)).find((account) => account.host === host)
  if (known === undefined) return null
  return `Latchkey keeps this token. To delete it, type “latchkey sign-out ${known.service} ${known.account}”.`
}
