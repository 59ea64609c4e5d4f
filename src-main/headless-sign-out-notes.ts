import { existsSync } from 'node:fs'
import { VaultError } from '#shared/problem.ts'
import { type Config, homeLayout, readConfig } from './config.ts'
import { cleanText } from '#shared/shown-text.ts'
import { isSafe, type SignOutNotes } from './core/sign-in/sign-out-notes.ts'
import { requireClosed } from './headless-home.ts'
import { openCatalog } from './storage/catalog/catalog.ts'
import { readCatalogFile } from './storage/doctor/doctor-catalog.ts'

/** A sign-out that the provider did not confirm, as the command line shows it. */
export type NotedSignOut = {
  /** Its number, which is never given to another. */
  readonly id: string
  readonly name: string
  readonly account: string
  readonly host: string
  /** Where the access may be ended; null: nobody knows a page. */
  readonly page: string | null
  readonly at: Date
}

/** Newest first. Looks from outside, also while Latchkey is open; nothing is made. Throws as `readCatalogFile`. */
export async function viewSignOuts(config: Config = readConfig()): Promise<NotedSignOut[]> {
  const catalog = await readCatalogFile(homeLayout(config.home).catalog)
  return (catalog?.signOuts ?? []).map(shown)
}

/**
 * The person says that these are done: they are off the list when this resolves, with what they were. Throws
 * INVALID_REQUEST, with all of them kept, for a number that is not listed and while Latchkey is open on this home, and
 * as `openCatalog`.
 */
export async function forgetSignOuts(
  ids: readonly string[],
  config: Config = readConfig()
): Promise<NotedSignOut[]> {
  const { catalog: path } = homeLayout(config.home)
  requireClosed(path, 'Latchkey is open. Say it in its Doctor, or quit it and run this again.')
  if (!existsSync(path)) throw unlisted()
  const catalog = await openCatalog(path)
  try {
    const all = catalog.signOuts.list()
    const done = ids.map((id) => all.find((note) => note.id === id) ?? null)
    if (done.includes(null)) throw unlisted()
    for (const id of ids) catalog.signOuts.remove(id)
    return done.filter((note) => note !== null).map(shown)
  } finally {
    catalog.close()
  }
}

/** The catalog can be written by others: nothing of it steers a terminal, and no other kind of address is named. */
function shown({
  id,
  name,
  account,
  host,
  page,
  at
}: ReturnType<SignOutNotes['list']>[number]): NotedSignOut {
  const address = page !== null && isSafe(page) ? cleanText(page, '?') : null
  return {
    id,
    name: cleanText(name, '?'),
    account: cleanText(account, '?'),
    host: cleanText(host, '?'),
    page: address,
    at
  }
}

function unlisted(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message:
      'There is no sign-out with this number. “latchkey sign-outs” shows the numbers. Nothing was changed.'
  })
}
