import { join } from 'node:path'
import type { HelperPlaces } from '#shared/broker/helpers.ts'
import { registryOf } from '../helpers/docker.ts'
import { UsageError } from '../terminal/command.ts'
import { dockerRegistries, holdsLogin, withDockerHelper, withoutDockerHelper } from './docker-config-text.ts'
import { policyWith, policyWithout } from './policy-change.ts'
import type { HelperHost } from './policy-text.ts'
import { type FileChange, type SetupOrder, type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'

const HELPER = 'docker'
const PROGRAM = 'docker-credential-latchkey'

type Kept = {
  /** Helpers that registries had before, by the key of the registry. */
  readonly former: Readonly<Record<string, string>>
  /** What was added to policy.yaml. */
  readonly hosts: readonly HelperHost[]
  /** True: there was no config.json before. */
  readonly isNew: boolean
}

const NO_ACCOUNT = 'Latchkey has no such account for docker. “latchkey status” lists them.'
const BROKEN = 'docker’s config.json can’t be changed, because it is no JSON that docker writes.'

/** Makes Latchkey the helper of single registries for docker, and so for podman, skopeo and buildah. */
export const dockerSetup: ToolSetup = {
  helper: HELPER,
  program: PROGRAM,
  namesHosts: true,
  plan: async (places, world, order) => {
    const fitting = places.filter((place) => isFor(place, order))
    // A service that is named may be one that Latchkey does not know for docker yet.
    const isUnknown = order.service === null && places.length > 0 && fitting.length === 0
    if (isUnknown) throw new UsageError(NO_ACCOUNT)
    const known = fitting.map(({ host }) => registryOf(host))
    const registries = chosen(order, known)
    const added = registries.filter((host) => !known.includes(host)).map((host) => named(host, order))
    const path = configPath(world)
    const before = world.read(path)
    const edit = withDockerHelper(before ?? '', registries)
    if (edit === null) throw new UsageError(BROKEN)
    const shown = registries.map((registry) => `credHelpers: ${registry}: latchkey`)
    const { former, hosts, isNew } = keptIn(order.former)
    return {
      changes: [
        ...policyWith(added, world, order.vaultHome),
        { path, before, after: edit.text, shown, marks: edit.marks }
      ],
      notes: [...stores(edit, path, world), ...podmanLogins(registries, world), ...onPath(world)],
      kept: {
        former: { ...former, ...edit.former },
        hosts: [...hosts, ...added],
        isNew: isNew || before === null
      } satisfies Kept,
      hosts: registries
    }
  },
  beside: async (_kept, world) => {
    const path = configPath(world)
    const text = world.read(path) ?? ''
    const registries = dockerRegistries(text)
    const { inClear = [] } = withDockerHelper(text, registries) ?? {}
    return [...logins(inClear, path, world), ...podmanLogins(registries, world)]
  },
  undo: async (kept, world, { vaultHome }) => {
    const before = keptIn(kept)
    return {
      changes: [...policyWithout(before.hosts, world, vaultHome), ...withoutHelper(before, world)],
      notes: [],
      kept: null
    }
  }
}

function withoutHelper({ former, isNew }: Kept, world: SetupWorld): readonly FileChange[] {
  const path = configPath(world)
  const before = world.read(path)
  const registries = dockerRegistries(before ?? '')
  if (before === null || registries.length === 0) return []
  const after = withoutDockerHelper(before, registries, former)
  if (after === null) throw new UsageError(BROKEN)
  const shown = registries.map((registry) => `credHelpers: ${registry}: ${former[registry] ?? 'none'}`)
  // A file that the setup made and that holds nothing else goes, too.
  return [{ path, before, after: isNew && after.trim() === '{}' ? null : after, shown }]
}

/** True if the credential of a place is of the service and the account that the person named. */
const isFor = (place: HelperPlaces[number], { account, service }: SetupOrder): boolean =>
  (service ?? place.service) === place.service && (account ?? place.account) === place.account

/** The registries that the person named, else all that Latchkey has something for. */
function chosen({ hosts }: SetupOrder, known: readonly string[]): readonly string[] {
  const registries = [...new Set(hosts.length > 0 ? hosts.map(registryOf) : known)]
  if (registries.length === 0) {
    throw new UsageError('Latchkey has nothing for a registry. Name one with --host HOST --service SERVICE.')
  }
  if (!registries.every((host) => /^[a-z0-9.:[\]-]+$/.test(host))) {
    throw new UsageError('A host is written as in ghcr.io or registry.example:5000.')
  }
  return registries
}

function named(host: string, { service }: SetupOrder): HelperHost {
  if (service !== null) return { service, helper: HELPER, host }
  throw new UsageError(
    'Latchkey has nothing for this registry. Add --service SERVICE: the host is then named in policy.yaml.'
  )
}

function configPath({ environment, home }: SetupWorld): string {
  const folder = environment['DOCKER_CONFIG'] ?? ''
  return join(folder === '' ? join(home, '.docker') : folder, 'config.json')
}

type Edit = NonNullable<ReturnType<typeof withDockerHelper>>

const logins = (registries: readonly string[], path: string, { home }: SetupWorld): readonly string[] =>
  registries.map(
    (registry) =>
      `${shownPath(path, home)} still holds a login for ${registry}. “docker logout ${registry}” takes it out.`
  )

function stores({ former, inClear, store }: Edit, path: string, world: SetupWorld): readonly string[] {
  return [
    ...logins(inClear, path, world),
    ...Object.entries(former).map(
      ([registry, helper]) =>
        `${registry} had the helper “${helper}”, which may hold a login. It is no longer asked.`
    ),
    ...(store === null
      ? []
      : [
          `The store “${store}” of docker may still hold logins for these registries. It is no longer asked for them.`
        ])
  ]
}

/** Podman and its siblings read files of their own first. */
function podmanLogins(registries: readonly string[], world: SetupWorld): readonly string[] {
  const runtime = world.environment['XDG_RUNTIME_DIR'] ?? ''
  const folders = [...(runtime === '' ? [] : [runtime]), join(world.home, '.config')]
  return folders.flatMap((folder) => {
    const path = join(folder, 'containers', 'auth.json')
    const text = world.read(path) ?? ''
    return registries
      .filter((registry) => holdsLogin(text, registry))
      .map(
        (registry) =>
          `podman takes the login for ${registry} in ${shownPath(path, world.home)}. “podman logout ${registry}” takes it out.`
      )
  })
}

function onPath({ program }: SetupWorld): readonly string[] {
  const { onPath: isThere, path } = program(PROGRAM)
  if (isThere) return []
  return [
    `docker looks for ${PROGRAM} on the PATH, where it is not. Link it there: ln -s ${path} ~/.local/bin/${PROGRAM}`
  ]
}

function keptIn(kept: unknown): Kept {
  const { former = {}, hosts = [], isNew = false } = (kept ?? {}) as Partial<Kept>
  return { former, hosts, isNew }
}
