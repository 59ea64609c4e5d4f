import type { Helper, HelperCall } from './helper.ts'
import type { HelperVault } from './helper-vault.ts'
import { keptToken } from './kept-token.ts'

const DONE = 0
const REFUSED = 1

/**
 * The credentials helper of terraform. Answers `get HOST` with `{"token":…}`, or with `{}` where Latchkey knows nothing of
 * the host. `store` is refused, and so is `forget` of a token that Latchkey has, because terraform would say that it is
 * deleted. Protocol: developer.hashicorp.com/terraform/internals/credentials-helpers.
 */
export const terraformHelper: Helper = async (call, vault) => {
  const [operation, host] = call.args.slice(-2)
  if (host === undefined) return refuse('Terraform names an operation and a host.', call)
  if (operation === 'get') return await get(host, call, vault)
  if (operation === 'forget') return await forget(host, call, vault)
  if (operation !== 'store') return refuse('Latchkey knows get, store and forget.', call)
  return refuse('Latchkey takes no token from terraform login. Add the token in Latchkey as a key.', call)
}

async function get(host: string, call: HelperCall, vault: HelperVault): Promise<number> {
  const answer = await vault.credential({ helper: 'terraform', host })
  if (answer.kind === 'refused') return refuse(answer.sentence, call)
  call.write(answer.kind === 'none' ? '{}\n' : `${JSON.stringify({ token: answer.credential.value })}\n`)
  return DONE
}

async function forget(host: string, call: HelperCall, vault: HelperVault): Promise<number> {
  const kept = await keptToken(vault, 'terraform', host)
  return kept === null ? DONE : refuse(kept, call)
}

function refuse(sentence: string, { writeError }: HelperCall): number {
  writeError(`latchkey: ${sentence}\n`)
  return REFUSED
}
