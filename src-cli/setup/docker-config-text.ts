/** The name under which docker starts `docker-credential-latchkey`. */
const HELPER = 'latchkey'
/** Docker Hub, by the name that docker has for it and by the one of podman and skopeo. */
const HUB_KEYS = ['https://index.docker.io/v1/', 'docker.io']
/** As docker writes its file. */
const INDENT = '\t'

export type DockerConfigEdit = {
  readonly text: string
  /** Helpers that the registries had before, by the key of the registry. */
  readonly former: Readonly<Record<string, string>>
  /** Registries for which the file itself holds a login, which anyone who can read it has. */
  readonly inClear: readonly string[]
  /** The helper of every other registry, which may hold logins of these, too. Null: there is none. */
  readonly store: string | null
  /** What the text has of Latchkey from now on, without white space and quotes. */
  readonly marks: readonly string[]
}

/**
 * The text of docker's config.json with Latchkey as the helper of these registries, and with nothing else changed. Podman,
 * skopeo and buildah read `credHelpers` of the same file. Empty text: the file is not there yet. Null: it is no JSON
 * that could be changed.
 */
export function withDockerHelper(text: string, registries: readonly string[]): DockerConfigEdit | null {
  const config = configOf(text)
  if (config === null) return null
  const { credHelpers: helpers = {}, auths = {}, credsStore } = config
  if (!isRecord(helpers) || !isRecord(auths)) return null
  const keys = registries.flatMap(keysOf)
  const former = keys.flatMap((key): [string, string][] => {
    const helper = helpers[key]
    return typeof helper === 'string' && helper !== HELPER ? [[key, helper]] : []
  })
  const all: Json = { ...helpers, ...Object.fromEntries(keys.map((key) => [key, HELPER])) }
  const ours = Object.keys(all).filter((key) => all[key] === HELPER)
  return {
    text: written({ ...config, credHelpers: all }, text),
    marks: ours.map((key) => `${key}:${HELPER}`),
    former: Object.fromEntries(former),
    inClear: registries.filter((registry) => keysOf(registry).some((key) => hasLogin(auths, key))),
    store: typeof credsStore === 'string' && credsStore !== '' ? credsStore : null
  }
}

/**
 * The text without Latchkey as the helper of these registries; `former` are the helpers to put back. A helper that
 * another one has set since stays. Null: it is no JSON that could be changed.
 */
export function withoutDockerHelper(
  text: string,
  registries: readonly string[],
  former: Readonly<Record<string, string>>
): string | null {
  const config = configOf(text)
  if (config === null || !isRecord(config['credHelpers'] ?? {})) return null
  const keys = new Set(registries.flatMap(keysOf))
  const helpers = Object.entries(config['credHelpers'] ?? {}).flatMap(
    ([key, helper]): [string, unknown][] => {
      if (helper !== HELPER || !keys.has(key)) return [[key, helper]]
      return Object.hasOwn(former, key) ? [[key, former[key]]] : []
    }
  )
  const { credHelpers: _all, ...others } = config
  return written(
    helpers.length === 0 ? others : { ...config, credHelpers: Object.fromEntries(helpers) },
    text
  )
}

/** The registries that Latchkey is the helper of. */
export function dockerRegistries(text: string): readonly string[] {
  const helpers = configOf(text)?.['credHelpers']
  const keys = isRecord(helpers) ? Object.keys(helpers).filter((key) => helpers[key] === HELPER) : []
  return [...new Set(keys.map((key) => (HUB_KEYS.includes(key) ? 'docker.io' : key)))]
}

const keysOf = (registry: string): readonly string[] => (registry === 'docker.io' ? HUB_KEYS : [registry])

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True if this configuration of docker or podman holds a login for the registry itself. */
export function holdsLogin(text: string, registry: string): boolean {
  const auths = configOf(text)?.['auths']
  return isRecord(auths) && keysOf(registry).some((key) => hasLogin(auths, key))
}

function hasLogin(auths: Json, key: string): boolean {
  const names = [key, `https://${key}`, `https://${key}/v1/`, `https://${key}/v2/`]
  const found = names.map((name) => auths[name]).filter(isRecord)
  return found.some((login) => ['auth', 'identitytoken', 'password'].some((name) => Boolean(login[name])))
}

function configOf(text: string): Json | null {
  if (text.trim() === '') return {}
  try {
    const value = JSON.parse(text) as unknown
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** With the indent and the end that the text had. */
function written(config: Json, before: string): string {
  const [, indent] = /\n([ \t]+)"/.exec(before) ?? []
  const isOneLine = before.trim() !== '' && !before.trim().includes('\n')
  const end = before === '' || before.endsWith('\n') ? '\n' : ''
  return `${JSON.stringify(config, null, isOneLine ? undefined : (indent ?? INDENT))}${end}`
}
