import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { Preferences } from '#shared/preferences.ts'
import { VaultError } from '#shared/problem.ts'
import { type SecretForm, type secretRequests, SHOWN_MS, type ShownSecret } from '#shared/secrets.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { AccessPreset } from '../use/access-preset.ts'
import type { HandOut, Revealed } from '../use/hand-out.ts'
import type { SecretWay } from '../use/hand-out-wish.ts'
import type { Header } from '../use/use-ports.ts'
import { windowCaller } from '../use/window-relays.ts'
import { knownRef } from './known-credential.ts'

/** Where a secret goes that the person takes out in the window. */
export type SecretOutlet = {
  /** Writes a text into the clipboard, with the marks for clipboard histories, and clears it after a while. */
  readonly copy: (text: string) => Promise<void>
  /** Shows the secret in a window of its own until that time. */
  readonly show: (shown: ShownSecret) => void
}

export type SecretRequestPorts = {
  readonly clock: Clock
  readonly handOut: Pick<HandOut, 'reveal'>
  /** The header that carries a value; it holds the secret. */
  readonly headerOf: (held: { readonly secret: Secret; readonly scheme: Revealed['scheme'] }) => Header
  readonly outlet: SecretOutlet
  readonly preferences: { get(): Pick<Preferences, 'showSecrets'> }
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
  readonly repository: Pick<CredentialRepository, 'find'>
}

/**
 * The requests by which the person takes a secret out. A sign-in is refreshed first if it has to be. Each of them is
 * written down before and after, and none of them answers with the secret.
 */
export function secretHandlers(
  ports: SecretRequestPorts
): Pick<VaultRequestHandlers, keyof typeof secretRequests> {
  const { clock, headerOf, outlet, preferences, presetOf } = ports
  return {
    copySecret: async (id, form) => {
      const { entry, revealed } = await taken(ports, id, 'copy')
      await outlet.copy(textOf(form, { entry, revealed, headerOf, presetOf }))
      return null
    },
    showSecret: async (id) => {
      if (!preferences.get().showSecrets) throw new VaultError('INVALID_REQUEST', { message: SWITCHED_OFF })
      const { entry, revealed } = await taken(ports, id, 'show')
      const { name, ref } = entry
      const until = clock.now().getTime() + SHOWN_MS
      revealed.secret.expose((secret) => outlet.show({ name, account: ref.account, secret, until }))
      return null
    }
  }
}

const SWITCHED_OFF = 'Showing secrets is off. Turn it on in Settings.'

type Taken = { readonly entry: CatalogEntry; readonly revealed: Revealed }

/** Gets the value for the person at the window. Throws UNKNOWN_SERVICE, and as `HandOut.reveal`. */
async function taken(
  { handOut, repository }: SecretRequestPorts,
  id: string,
  way: SecretWay
): Promise<Taken> {
  const ref = knownRef(repository, id)
  const entry = repository.find(ref)
  if (entry === null) throw new VaultError('UNKNOWN_SERVICE')
  const wish = {
    ...ref,
    host: null,
    scope: null,
    reason: null,
    waits: false,
    isPermitted: true,
    way
  } as const
  const revealed = await handOut.reveal(wish, windowCaller)
  if (revealed.kind === 'question') throw new VaultError('INTERNAL')
  return { entry, revealed }
}

type TextParts = Taken & Pick<SecretRequestPorts, 'headerOf' | 'presetOf'>

function textOf(form: SecretForm, { entry, revealed, headerOf, presetOf }: TextParts): string {
  switch (form) {
    case 'secret':
      return revealed.secret.expose((text) => text)
    case 'variable':
      return revealed.secret.expose((text) => `${variableOf(entry, presetOf(entry))}=${quoted(text)}`)
    case 'header': {
      const [name, value] = headerOf(revealed)
      return `${headerName(name)}: ${value}`
    }
  }
}

/**
 * The environment variable for a credential: the one that programs of the service read, else the one that it was
 * imported from, else one after the service.
 */
export function variableOf(
  { kind, ref }: Pick<CatalogEntry, 'kind' | 'ref'>,
  preset: AccessPreset | null
): string {
  const [known] = preset?.run?.key ?? []
  if (known !== undefined) return known
  if (/^[A-Z][A-Z0-9_]*_[A-Z0-9_]+$/.test(ref.account)) return ref.account
  const service = ref.service
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_')
  return `${service}_${kind === 'api-key' ? 'API_KEY' : 'TOKEN'}`
}

/** As a shell and a .env file read it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

const headerName = (name: string): string =>
  name.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
