import type { Helper } from './helper.ts'
import { webPlace } from './web-place.ts'

const ONLY_GET =
  'Latchkey answers “keyring get” alone and stores nothing for pip or uv. Add keys in Latchkey.'
const MISSING = 1
const USAGE = 2

/**
 * Does what the program `keyring` does for `get SERVICE USER` (the value) and `get SERVICE [USER] --mode creds` (the name of
 * the user and the value, a line each). SERVICE is the address of an index or its host. Returns the exit code: 1 if there is
 * nothing to give, with a sentence on standard error if Latchkey has it and may not give it now.
 */
export const keyringHelper: Helper = async ({ args, write, writeError }, vault) => {
  const { mode, words } = wordsOf(args)
  const [operation, service, user = null, ...rest] = words
  if (operation !== 'get') {
    writeError(`latchkey: ${ONLY_GET}\n`)
    return MISSING
  }
  const isCreds = mode === 'creds'
  if (service === undefined || rest.length > 0 || (!isCreds && (mode !== 'password' || user === null))) {
    writeError('latchkey: keyring get SERVICE USER, or keyring get SERVICE --mode creds\n')
    return USAGE
  }
  const place = service.includes('://') ? webPlace(service) : webPlace(`https://${service}/`)
  if (place === null) return MISSING
  const path = place.path === '/' ? null : place.path
  const answer = await vault.credential({ helper: 'pip', host: place.host, path, user })
  if (answer.kind === 'refused') writeError(`latchkey: ${answer.sentence}\n`)
  if (answer.kind !== 'given') return MISSING
  const { user: name, value } = answer.credential
  write(isCreds ? `${name}\n${value}\n` : `${value}\n`)
  return 0
}

/** The mode, which may stand anywhere, and the other words. */
function wordsOf(args: readonly string[]): { readonly mode: string; readonly words: readonly string[] } {
  const words: string[] = []
  let mode = 'password'
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--mode') mode = rest.shift() ?? ''
    else if (arg.startsWith('--mode=')) mode = arg.slice('--mode='.length)
    else words.push(arg)
  }
  return { mode, words }
}
