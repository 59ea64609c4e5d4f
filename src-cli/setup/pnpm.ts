import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type FileChange, type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'
import { emptied, keptList } from './kept.ts'
import { withoutTokenHelper, withTokenHelper } from './registries/pnpm-text.ts'
import { programFile, withoutProgramFile } from './program-file.ts'

const program = 'latchkey-pnpm'

/** A file for each registry, which pnpm runs for its token because its configuration says so. */
export const pnpmSetup: ToolSetup = {
  helper: 'pnpm',
  program,
  plan: async (places, world, { former }) => {
    const path = configOf(world)
    const before = world.read(path)
    let text = before ?? ''
    const files: FileChange[] = []
    const notes: string[] = []
    const hosts = new Set(keptList(former, 'hosts'))
    for (const host of new Set(places.map((place) => place.host))) {
      const file = fileOf(host, world)
      const edit = withTokenHelper(text, host, file)
      if (edit.isInClear) notes.push(inClear(path, host))
      if (edit.text === null) {
        notes.push(`${shownPath(path)} names another file for the token of ${host}, which stays.`)
        continue
      }
      text = edit.text
      hosts.add(host)
      files.push(programFile({ path: file, program, args: [host] }, world))
    }
    notes.push('This file is read by pnpm 11 and newer. For an older one copy the line into ~/.npmrc.')
    return { changes: [{ path, before, after: text }, ...files], notes, kept: { hosts: [...hosts] } }
  },
  beside: async (kept, world) => {
    const path = configOf(world)
    const text = world.read(path) ?? ''
    const hosts = keptList(kept, 'hosts')
    return hosts
      .filter((host) => withTokenHelper(text, host, fileOf(host, world)).isInClear)
      .map((host) => inClear(path, host))
  },
  undo: async (kept, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const hosts = keptList(kept, 'hosts')
    const left = hosts.reduce(
      (text, host) => withoutTokenHelper(text, host, fileOf(host, world)),
      before ?? ''
    )
    const files = hosts.map((host) => withoutProgramFile({ path: fileOf(host, world), program }, world))
    const after = before === null ? null : emptied(before, left)
    return { changes: [{ path, before, after }, ...files], notes: [], kept: null }
  }
}

const inClear = (path: string, host: string): string =>
  `${shownPath(path)} holds a token of ${host} in plain text. Remove it.`

/** The file of pnpm 11 and newer for what is secret; a project can not name a program, so it is the person's own. */
const configOf = ({ environment, home }: SetupWorld): string =>
  join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'pnpm', 'auth.ini')

function fileOf(host: string, { environment, home }: SetupWorld): string {
  const folder = join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'latchkey-for-pnpm')
  // pnpm divides it at spaces and takes no quotes and no variables.
  if (!/^[^\s$%`"']+$/.test(folder)) {
    throw new UsageError(
      'pnpm takes no file in a folder with a space or a quote. Set XDG_DATA_HOME to another one.'
    )
  }
  return join(folder, host.replace(':', '_'))
}
