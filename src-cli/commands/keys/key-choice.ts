import { UsageError } from '../../terminal/command.ts'

/** Where a key comes from. */
export type KeySource =
  | { readonly kind: 'value'; readonly value: string }
  /** The key that is kept under this name. */
  | { readonly kind: 'name'; readonly name: string }
  /** The first line of this file. */
  | { readonly kind: 'file'; readonly path: string }
  /** The only key that may be sent to this host. */
  | { readonly kind: 'host'; readonly host: string }

/** What was said of the key that is wanted. Null: nothing. */
export type KeyWish = {
  readonly key: string | null
  readonly keyName: string | null
  readonly keyfile: string | null
  /** NAME=VALUE, as typed. */
  readonly settings: readonly string[]
  readonly baseUrl: string | null
  /** `auth-key-name` of the profile. */
  readonly profileKeyName: string | null
}

/**
 * The one stage that decides which key counts (document 004): `--key`, then `--key-name` or else the profile's
 * `auth-key-name`, then `--keyfile`, then `--set`, then the key for the host of `--base-url`. The first that is given
 * counts, also if nothing is found there. Throws UsageError for a setting or an address that is not understood. Null:
 * nothing was given.
 */
export function chosenKey(wish: KeyWish): KeySource | null {
  const { key, keyName, keyfile, profileKeyName, baseUrl } = wish
  const settings = settingsIn(wish.settings)
  if (key !== null) return { kind: 'value', value: key }
  const name = keyName ?? profileKeyName
  if (name !== null) return { kind: 'name', name }
  if (keyfile !== null) return { kind: 'file', path: keyfile }
  const setting = settings.at(-1)
  if (setting !== undefined) return setting
  return baseUrl === null ? null : { kind: 'host', host: hostOf(baseUrl) }
}

/** Only names of settings that lead to a key; a value among the settings would stand in the arguments. */
const readers: Readonly<Record<string, (value: string) => KeySource>> = {
  'auth-key-name': (name) => ({ kind: 'name', name }),
  'auth-keyfile': (path) => ({ kind: 'file', path })
}

function settingsIn(texts: readonly string[]): readonly KeySource[] {
  return texts.map((text) => {
    const [, name = '', value = ''] = /^([a-z-]+)=(.+)$/.exec(text) ?? []
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (read === undefined) throw new UsageError('--set is auth-key-name=NAME or auth-keyfile=FILE.')
    return read(value)
  })
}

function hostOf(address: string): string {
  try {
    return new URL(address).host
  } catch {
    throw new UsageError('--base-url is an address such as https://api.example.com/v1.')
  }
}
