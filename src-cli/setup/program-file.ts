import { UsageError } from '../terminal/command.ts'
import { type FileChange, type SetupWorld, shownPath } from './setup-plan.ts'

type Wish = {
  /** Where the tool looks for the program. */
  readonly path: string
  /** Latchkey's program that it runs, and with which arguments. */
  readonly program: string
  readonly args?: readonly string[]
}

/** The file that makes a tool find Latchkey's program. Throws UsageError if another one is there. */
export function programFile({ path, program, args }: Wish, world: SetupWorld): FileChange {
  const before = world.read(path)
  if (before !== null && !isOurs(before, program)) {
    throw new UsageError(`${shownPath(path)} is another program. Move it away first.`)
  }
  return { path, before, after: shellFile(world.program(program).path, args), runnable: true }
}

/** Takes the file away; one that was changed since stays. */
export function withoutProgramFile({ path, program }: Wish, world: SetupWorld): FileChange {
  const before = world.read(path)
  return { path, before, after: before !== null && isOurs(before, program) ? null : before }
}

/** True for what `programFile` writes, whatever folder Latchkey was in. */
function isOurs(text: string, program: string): boolean {
  const lines = text.split('\n')
  return lines.length === 3 && lines[0] === '#!/bin/sh' && (lines[1] ?? '').includes(`/${program}.mjs'`)
}

/**
 * Text of an executable file for a tool that starts a program by a path without arguments: it runs another one with these
 * arguments and those that it was given itself.
 */
export function shellFile(program: string, args: readonly string[] = []): string {
  return `#!/bin/sh\nexec ${[program, ...args].map(quoted).join(' ')} "$@"\n`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
