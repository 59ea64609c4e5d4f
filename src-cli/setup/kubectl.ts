import { delimiter, join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import {
  type ExecUser,
  type KubeconfigEdit,
  type KubeconfigFault,
  holdsSecret,
  withExecUser,
  withoutExecUser
} from './kubeconfig-text.ts'
import { policyWith, policyWithout } from './policy-change.ts'
import type { HelperHost } from './policy-text.ts'
import { type FileChange, type SetupOrder, type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'

const HELPER = 'kubectl'
const PROGRAM = 'latchkey-kubectl'

/** A user that was written. */
type Written = {
  readonly path: string
  readonly user: string
  /** The user that the context had before; null: none. */
  readonly formerUser: string | null
  /** What was added to policy.yaml; null: nothing. */
  readonly host: HelperHost | null
}

const faults: Readonly<Record<KubeconfigFault, string>> = {
  broken: 'The kubeconfig can’t be changed, because it is no YAML with a mapping.',
  'no-context': 'The kubeconfig has no such context. “kubectl config get-contexts” lists them.',
  'no-cluster': 'The kubeconfig does not say where the cluster of this context is.',
  'not-https': 'The cluster is not reached over https, so it gets no token.',
  taken: 'The kubeconfig has a user of this name already. Choose another one with --user NAME.'
}

/** Gives a context of kubectl a user whose token comes from Latchkey. */
export const kubectlSetup: ToolSetup = {
  helper: HELPER,
  program: PROGRAM,
  namesHosts: true,
  plan: async (places, world, order) => {
    const { service } = order
    if (service === null) throw new UsageError('--service SERVICE is missing: whose token the cluster takes.')
    const { before, edit, path, user } = edited(order, service, world)
    const { context, formerUser, host } = edit
    const isKnown = places.some((place) => place.host === host && place.service === service)
    const added = isKnown ? null : { service, helper: HELPER, host }
    const shown = [
      `context ${context}: user ${user}`,
      `user ${user}: token from latchkey-kubectl for ${host}`
    ]
    const written = { path, user, formerUser, host: added }
    const users = withWritten(writtenIn(order.former), written)
    return {
      changes: [
        ...policyWith(added === null ? [] : [added], world, order.vaultHome),
        { path, before, after: edit.text, shown, marks: marksOf(users, path, world) }
      ],
      notes: formerUser === null ? [] : [stays(formerUser, shownPath(path, world.home))],
      kept: { users },
      hosts: [host]
    }
  },
  beside: async (kept, world) =>
    writtenIn(kept).flatMap(({ formerUser, path }) =>
      formerUser !== null && holdsSecret(world.read(path) ?? '', formerUser)
        ? [
            `The user ${formerUser} in ${shownPath(path, world.home)} still holds a secret of its own. Take it out.`
          ]
        : []
    ),
  undo: async (kept, world, { vaultHome }) => {
    const users = writtenIn(kept)
    const hosts = users.flatMap(({ host }) => (host === null ? [] : [host]))
    const paths = [...new Set(users.map(({ path }) => path))]
    const changes = paths.flatMap((path) => takenBack(path, users, world))
    return { changes: [...policyWithout(hosts, world, vaultHome), ...changes], notes: [], kept: null }
  }
}

const stays = (user: string, path: string): string =>
  `The user ${user} stays in ${path}, with the token or the certificate that it may have.`

/** Each user, the context that leads to it, and the program. */
const marksOf = (users: readonly Written[], path: string, world: SetupWorld): readonly string[] => [
  `command:${commandOf(world)}`,
  ...users.filter((each) => each.path === path).flatMap(({ user }) => [`name:${user}`, `user:${user}`])
]

/** A user that was written a second time has the former user of the first time. */
function withWritten(users: readonly Written[], written: Written): readonly Written[] {
  const isSame = ({ path, user }: Written): boolean => path === written.path && user === written.user
  const first = users.find(isSame)
  const merged =
    first === undefined
      ? written
      : { ...written, formerUser: written.formerUser ?? first.formerUser, host: written.host ?? first.host }
  return [...users.filter((user) => !isSame(user)), merged]
}

function takenBack(path: string, users: readonly Written[], { read }: SetupWorld): readonly FileChange[] {
  const before = read(path)
  if (before === null) return []
  const shown: string[] = []
  let after = before
  for (const { formerUser, path: place, user } of users) {
    const next = place === path ? withoutExecUser(after, { user, formerUser }) : null
    if (next === null) continue
    after = next
    shown.push(`user ${user}: gone`, `its context: user ${formerUser ?? 'none'}`)
  }
  return shown.length === 0 ? [] : [{ path, before, after, shown }]
}

type Edited = {
  readonly path: string
  readonly before: string
  readonly edit: KubeconfigEdit
  readonly user: string
}

/** The first kubeconfig that has the context is the one that is changed. */
function edited({ account, context, user: name }: SetupOrder, service: string, world: SetupWorld): Edited {
  const user = name ?? ['latchkey', service, ...(account === null ? [] : [account])].join('-')
  const args = ['--service', service, ...(account === null ? [] : ['--account', account])]
  const wish: ExecUser = { context, user, command: commandOf(world), args }
  const found = pathsOf(world).flatMap((path) => {
    const before = world.read(path)
    return before === null ? [] : [{ path, before, edit: withExecUser(before, wish), user }]
  })
  const [first] = found
  if (first === undefined) throw new UsageError('There is no kubeconfig yet.')
  const fitting = found.find(({ edit }) => edit.kind !== 'no-context') ?? first
  const { edit } = fitting
  if (edit.kind !== 'edited') throw new UsageError(faults[edit.kind])
  return { ...fitting, edit }
}

function pathsOf({ environment, home }: SetupWorld): readonly string[] {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  return named.length > 0 ? named : [join(home, '.kube', 'config')]
}

function commandOf({ program }: SetupWorld): string {
  const { onPath, path } = program(PROGRAM)
  return onPath ? PROGRAM : path
}

function writtenIn(kept: unknown): readonly Written[] {
  const { users = [] } = (kept ?? {}) as { readonly users?: readonly Written[] }
  return users
}
