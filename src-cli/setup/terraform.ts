import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'
import { emptied, keptList } from './kept.ts'
import { programFile, withoutProgramFile } from './program-file.ts'
import { withoutTerraformHelper, withTerraformHelper } from './registries/terraform-text.ts'

const program = 'terraform-credentials-latchkey'

/** The credentials helper of Terraform: a line in its configuration, and a program among its plugins. */
export const terraformSetup: ToolSetup = {
  helper: 'terraform',
  program,
  plan: async (places, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const { inClear, text } = withTerraformHelper(before ?? '')
    if (text === null) {
      throw new UsageError(
        `${shownPath(path)} names another credentials helper, and Terraform knows one alone. Take it out first.`
      )
    }
    const file = programFile({ path: pluginOf(world), program }, world)
    const hosts = [...new Set(places.map(({ host }) => host))]
    const notes = inClearFor(hosts, inClear, path, world)
    return { changes: [{ path, before, after: text }, file], notes, kept: { hosts } }
  },
  beside: async (kept, world) => {
    const path = configOf(world)
    const { inClear } = withTerraformHelper(world.read(path) ?? '')
    return inClearFor(keptList(kept, 'hosts'), inClear, path, world)
  },
  undo: async (_kept, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const after = before === null ? null : emptied(before, withoutTerraformHelper(before))
    const file = withoutProgramFile({ path: pluginOf(world), program }, world)
    return { changes: [{ path, before, after }, file], notes: [], kept: null }
  }
}

const configOf = ({ environment, home }: SetupWorld): string =>
  environment['TF_CLI_CONFIG_FILE'] || join(home, '.terraformrc')

const pluginOf = ({ home }: SetupWorld): string => join(home, '.terraform.d', 'plugins', program)

/** `inClear`: hosts whose token the configuration itself holds. */
function inClearFor(
  hosts: readonly string[],
  inClear: readonly string[],
  path: string,
  world: SetupWorld
): readonly string[] {
  const ofLogin = hostsOfLogin(world)
  return [
    ...inClear.filter((host) => hosts.includes(host)).map((host) => comesFirst(path, host)),
    ...ofLogin.hosts.filter((host) => hosts.includes(host)).map((host) => comesFirst(ofLogin.path, host))
  ]
}

const comesFirst = (path: string, host: string): string =>
  `${shownPath(path)} holds a token of ${host} in plain text, and Terraform uses it first. Remove it.`

/** The file in which `terraform login` keeps its tokens, and the hosts in it. */
function hostsOfLogin({ home, read }: SetupWorld): {
  readonly path: string
  readonly hosts: readonly string[]
} {
  const path = join(home, '.terraform.d', 'credentials.tfrc.json')
  try {
    const { credentials } = JSON.parse(read(path) ?? '{}') as { readonly credentials?: object }
    return { path, hosts: Object.keys(credentials ?? {}) }
  } catch {
    return { path, hosts: [] }
  }
}
