import { credentialKey } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Secret } from '../secret.ts'
import { relayed, type UseMode, type WantedApproval } from './approval.ts'
import type { PermissionCaller } from './permission.ts'

/** To the clipboard, or to the screen. */
export type SecretWay = 'copy' | 'show'

/** A wish for more than one request: a relay, or the value itself, which a helper of a tool may be given, too. */
export type HandOutWish = {
  readonly service: string
  readonly account: string | null
  /** `host` or `host:port`; null: the first host of the credential. */
  readonly host: string | null
  readonly scope: string | null
  readonly reason: string | null
  readonly waits: boolean
  /** The person asks for it in the window, so that nobody has to be asked; absent: the person is asked. */
  readonly isPermitted?: true
  /** How the person takes the value out in the window; it is written down. */
  readonly way?: SecretWay
}

/** The value for a tool by its helper, such as git, at `host:port` that was found to be one of the credential's. */
export type HelperHandOut = Pick<HandOutWish, 'scope' | 'waits'> & {
  readonly helper: string
  readonly host: string
  /** A value that the tool says was refused; it is refreshed if it is still the present one. Null: none. */
  readonly rejected: Secret | null
}

/** `helper` is the name of the tool that gets the value by its helper. */
export type Wish = HandOutWish & { readonly helper?: string }
/** A wish for a credential that was found, at one of its hosts. */
export type What = { readonly wish: Wish; readonly entry: CatalogEntry; readonly host: string }

/**
 * The approval of a relay covers every request; that of a value has no host. A value is given for no run, so that of a
 * helper belongs to none.
 */
export function wantedOf(
  mode: UseMode,
  { wish, entry, host }: What,
  { client, run }: PermissionCaller
): WantedApproval {
  return {
    client: client.id,
    run: mode === 'helper' ? null : run,
    credential: credentialKey(entry.ref),
    ...(wish.helper !== undefined && { helper: wish.helper }),
    scope: wish.scope,
    host,
    ...relayed,
    mode
  }
}

/** Null: it is none of the hosts of the credential. */
export function hostFor(mode: UseMode, { host }: Wish, hosts: readonly string[]): string | null {
  if (mode === 'reveal') return ''
  return mode === 'helper' ? host : hostOf(host, hosts)
}

/** The wanted host with its port, among those of the credential. Null: it is none of them. */
export function hostOf(wanted: string | null, hosts: readonly string[]): string | null {
  const all = hosts.map(withPort)
  const [first = null] = all
  if (wanted === null) return first
  return all.find((host) => host === withPort(wanted.toLowerCase())) ?? null
}

/** `host:port`; 443 if there is no port. */
export const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`)
