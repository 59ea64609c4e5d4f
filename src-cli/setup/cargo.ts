import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'
import { emptied, keptText } from './kept.ts'
import { type SectionKey, withoutSectionKey, withSectionKey } from './registries/section-key.ts'

/** The credential provider of cargo for all registries, after the one that reads cargo's own file. */
export const cargoSetup: ToolSetup = {
  helper: 'cargo',
  program: 'cargo-credential-latchkey',
  plan: async (_places, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const provider = providerOf(world)
    const wish = keyOf(`["cargo:token", ${JSON.stringify(provider)}]`)
    const edit = withSectionKey(before ?? '', wish)
    if (edit.kind === 'taken') {
      throw new UsageError(
        `${shownPath(path)} names your own providers. Add ${JSON.stringify(provider)} at the end of global-credential-providers in it.`
      )
    }
    const notes = inClear(world)
    return { changes: [{ path, before, after: edit.text }], notes, kept: { value: wish.value } }
  },
  beside: async (_kept, world) => inClear(world),
  undo: async (kept, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const value = keptText(kept, 'value') ?? `["cargo:token", ${JSON.stringify(providerOf(world))}]`
    const after = before === null ? null : emptied(before, withoutSectionKey(before, keyOf(value)))
    return { changes: [{ path, before, after }], notes: [], kept: null }
  }
}

const keyOf = (value: string): SectionKey => ({
  section: 'registry',
  key: 'global-credential-providers',
  value
})

const folderOf = ({ environment, home }: SetupWorld): string =>
  environment['CARGO_HOME'] || join(home, '.cargo')

/** Cargo takes a file without the ending first, where both are there. */
function configOf(world: SetupWorld): string {
  const older = join(folderOf(world), 'config')
  return world.read(older) === null ? `${older}.toml` : older
}

/** Cargo divides it at spaces. */
function providerOf(world: SetupWorld): string {
  const { onPath, path } = world.program('cargo-credential-latchkey')
  if (onPath) return 'cargo-credential-latchkey'
  if (!/\s/.test(path)) return path
  throw new UsageError('cargo takes no program in a folder with a space. Install Latchkey elsewhere.')
}

/** A file of tokens that `cargo login` left. */
function inClear(world: SetupWorld): readonly string[] {
  const files = ['credentials.toml', 'credentials'].map((name) => join(folderOf(world), name))
  const found = files.find((file) => /^\s*token\s*=/m.test(world.read(file) ?? ''))
  return found === undefined
    ? []
    : [`${shownPath(found)} holds tokens in plain text. Remove those that Latchkey has.`]
}
