import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'
import { emptied } from './kept.ts'
import { programFile, withoutProgramFile } from './program-file.ts'
import { withoutSectionKey, withSectionKey } from './registries/section-key.ts'

const setting = { section: 'global', key: 'keyring-provider', value: 'subprocess' }
const program = 'latchkey-keyring'

/** A program `keyring` in a folder of its own, which pip asks because its configuration says so. */
export const pipSetup: ToolSetup = {
  helper: 'pip',
  program,
  plan: async (_places, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const edit = withSectionKey(before ?? '', setting)
    if (edit.kind === 'taken') {
      throw new UsageError(`${shownPath(path)} names another keyring-provider. Take it out first.`)
    }
    const file = programFile({ path: join(folderOf(world), 'keyring'), program }, world)
    const notes = [
      `pip has to find ${shownPath(file.path)} first: alias pip='PATH="${folderOf(world)}:$PATH" pip'`,
      `For uv: alias uv='PATH="${folderOf(world)}:$PATH" UV_KEYRING_PROVIDER=subprocess uv'`,
      'The address of an index has to name its user, as in https://USER@HOST/simple/.'
    ]
    return { changes: [{ path, before, after: edit.text }, file], notes, kept: null }
  },
  beside: async (_kept, world) => {
    const path = configOf(world)
    const isInClear = /^\s*(extra-)?index-url\s*[=:].*:\/\/[^\s/@:]+:[^\s/@]+@/m.test(world.read(path) ?? '')
    return isInClear
      ? [
          `${shownPath(path)} holds a password in the address of an index, and pip takes it first. Take it out.`
        ]
      : []
  },
  undo: async (_kept, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const after = before === null ? null : emptied(before, withoutSectionKey(before, setting))
    const file = withoutProgramFile({ path: join(folderOf(world), 'keyring'), program }, world)
    return { changes: [{ path, before, after }, file], notes: [], kept: null }
  }
}

/** The person's own file (pip.pypa.io: Configuration); an older one is used if it alone is there. */
function configOf({ environment, home, read }: SetupWorld): string {
  const own = join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip', 'pip.conf')
  const older = join(home, '.pip', 'pip.conf')
  return read(own) === null && read(older) !== null ? older : own
}

const folderOf = ({ environment, home }: SetupWorld): string =>
  join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'latchkey-for-pip')
