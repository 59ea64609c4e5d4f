import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, it } from 'vitest'

/** True if a program is on the PATH of the tests. */
export function hasProgram(name: string): boolean {
  return programPath(name) !== null
}

/** Where a program is on the PATH of the tests. Null: it is not there. */
export function programPath(name: string): string | null {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

/** True if a program is here and says with `--version` that it is this version, such as [1, 74], or a newer one. */
export function hasVersion(name: string, [major, minor]: readonly [number, number]): boolean {
  const path = programPath(name)
  if (path === null) return false
  // Some find their parts below the home, and that of the tests is not the person's own.
  const env = { ...process.env, HOME: userInfo().homedir }
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', env })
  const [, found, foundMinor] = /(\d+)\.(\d+)/.exec(stdout) ?? []
  return Number(found) > major || (Number(found) === major && Number(foundMinor) >= minor)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * The tests of a real program. Where it is not on this machine, they count as one that is skipped, whose name says which
 * program is missing and `how` to get it. `isHere`: whether it is one that will do.
 */
export function describeProgram(
  program: string,
  how: string,
  tests: () => void,
  isHere: (program: string) => boolean = hasProgram
): void {
  if (isHere(program)) describe(program, tests)
  else it.skip(`${program} is not on this machine: ${how}`, () => undefined)
}
