import { type Helper, type HelperCall, textOf } from './helper.ts'
import type { HelperCredential, HelperVault } from './helper-vault.ts'

/**
 * The credential helper of git (git-credential(1), gitcredentials(7), “Custom helpers”). `get` gives what the person
 * allowed for this host; `store` is ignored, because Latchkey has its credentials from elsewhere; `erase` says that a
 * value was refused, and the next one is refreshed first. Any other operation is ignored, as git wants it.
 */
export const gitHelper: Helper = async (call, vault) => {
  const [operation = ''] = call.args
  if (operation === 'capability') call.write('version 0\ncapability authtype\n')
  if (!['get', 'store', 'erase'].includes(operation)) return 0
  // Read also where it is ignored, so that git writes into no closed pipe.
  const text = await textOf(call.input)
  const asked = text === null ? null : attributesOf(text)
  const host = asked === null ? null : hostOf(asked)
  if (asked === null || host === null) return 0
  if (operation === 'get') await give(asked, host, call, vault)
  if (operation === 'erase') await suspect(asked, host, vault)
  return 0
}

/** The attributes of a credential: the last value of each name, and every value of a name that ends in `[]`. */
type Attributes = {
  readonly one: ReadonlyMap<string, string>
  readonly all: (name: string) => readonly string[]
}

/** Reads `name=value` lines to the first empty one. An empty value of a list begins it again. */
function attributesOf(text: string): Attributes {
  const one = new Map<string, string>()
  const lists = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    if (line === '') break
    const at = line.indexOf('=')
    if (at < 1) continue
    const [name, value] = [line.slice(0, at), line.slice(at + 1)]
    if (!name.endsWith('[]')) one.set(name, value)
    else lists.set(name, value === '' ? [] : [...(lists.get(name) ?? []), value])
  }
  return { one, all: (name) => lists.get(`${name}[]`) ?? [] }
}

/** The host of the attributes. Null: the address is not https, over which alone a credential goes, or it has no host. */
function hostOf({ one }: Attributes): string | null {
  return one.get('protocol') === 'https' ? gitHost(one.get('host') ?? '') : null
}

/** Returns a host with its port as DNS writes it (Punycode), because git passes it on as it was typed; null if the text is not a host. */
export function gitHost(text: string): string | null {
  const url = `https://${text}`
  return /^[^\s/?#@\\%]+$/.test(text) && URL.canParse(url) ? new URL(url).host : null
}

async function give(
  asked: Attributes,
  host: string,
  { write, writeError }: HelperCall,
  vault: HelperVault
): Promise<void> {
  const [path, user] = [asked.one.get('path') ?? null, asked.one.get('username') ?? null]
  const answer = await vault.credential({ helper: 'git', host, path, user })
  if (answer.kind === 'given') {
    const { user, value } = answer.credential
    // A line break would begin another attribute.
    if (/[\n\0]/.test(user + value))
      writeError('latchkey: This credential has a line break, so git can’t take it.\n')
    else write(`${linesOf(answer.credential, asked).join('\n')}\n`)
  }
  if (answer.kind !== 'refused') return
  writeError(`latchkey: ${answer.sentence}\n`)
  // Latchkey has this credential, so another one that git would ask for is not the one that is meant. Where it can not
  // be reached, it is not known to have any.
  if (answer.why !== 'unreachable') write('quit=1\n')
}

function linesOf({ expiresAt, user, value }: HelperCredential, asked: Attributes): readonly string[] {
  const expiry = expiresAt === null ? [] : [`password_expiry_utc=${Math.floor(Date.parse(expiresAt) / 1000)}`]
  if (!asked.all('capability').includes('authtype'))
    return [`username=${user}`, `password=${value}`, ...expiry]
  // A credential that git knows to be short-lived, so that it hands it to no other helper to keep.
  const schemes = asked.all('wwwauth').map((text) => /^\s*(\S+)/.exec(text)?.[1]?.toLowerCase())
  const isBearer = schemes.includes('bearer') && !schemes.includes('basic')
  const [type, credential] = isBearer
    ? ['Bearer', value]
    : ['Basic', Buffer.from(`${user}:${value}`).toString('base64')]
  return [
    'capability[]=authtype',
    `authtype=${type}`,
    `credential=${credential}`,
    'ephemeral=1',
    `username=${user}`,
    ...expiry
  ]
}

async function suspect({ one }: Attributes, host: string, vault: HelperVault): Promise<void> {
  const value = one.get('password') ?? valueIn(one.get('authtype'), one.get('credential'))
  if (value !== null) await vault.suspect({ helper: 'git', host, value })
}

/** The value in what `linesOf` gave as a credential. Null: there is none. */
function valueIn(type = '', credential = ''): string | null {
  if (credential === '' || type.toLowerCase() !== 'basic') return credential === '' ? null : credential
  const pair = Buffer.from(credential, 'base64').toString()
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : null
}
