import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { VaultError } from '#shared/problem.ts'
import { homeLayout } from './home-layout.ts'

/**
 * Throws CONFIG_INVALID if a file is in the place of the home. A missing home is created when it is needed.
 */
export function requireFolder(home: string): void {
  if (isNoFolder(home)) {
    throw new VaultError('CONFIG_INVALID', {
      message:
        'There is a file at the path of the data folder. Move it away, or choose another folder with LATCHKEY_HOME.'
    })
  }
}

/** False also where the system does not let this program look. */
function isNoFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false
  } catch {
    return false
  }
}

/**
 * True for a home that exists and can not be written, such as a backup or a file system that is mounted read
 * only.
 */
export function isReadOnly(home: string): boolean {
  if (!existsSync(home)) return false
  const { catalog } = homeLayout(home)
  try {
    for (const path of [home, catalog]) if (existsSync(path)) accessSync(path, constants.W_OK)
    return false
  } catch {
    return true
  }
}

/**
 * True if there is a catalog that can be written, so that a vault can open the home without making one. True also
 * where the system does not let this program look.
 */
export function isOpenable(home: string): boolean {
  try {
    const catalog = statSync(homeLayout(home).catalog, { throwIfNoEntry: false })
    return catalog !== undefined && !isReadOnly(home)
  } catch {
    return true
  }
}
