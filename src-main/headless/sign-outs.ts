import { VaultError } from '#shared/problem.ts'
import { type Config, readConfig } from '../config.ts'
import { requireClosed } from '../home/closed-home.ts'
import { existsSync } from 'node:fs'
import { cleanText } from '#shared/shown-text.ts'
import { isSafe, type SignOutNotes } from '../core/sign-in/sign-out-notes.ts'
import { openCatalog } from '../storage/catalog/catalog.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { homeLayout } from '../home/home-layout.ts'

/** A sign-out that the provider did not confirm, as the command line shows it. */
type NotedSignOut = {
  /** Number of the note; it is never reused. */
  readonly id: string
  readonly name: string
  readonly account: string
  readonly host: string
  /** Page where the access may be ended; null: no page is known. */
  readonly page: string | null
  readonly at: Date
}

/**
 * Reads the sign-outs that were not confirmed, newest first, also while Latchkey is open; creates nothing.
 * Throws as `readCatalogFile`.
 */
export async function viewSignOuts(config: Config = readConfig()): Promise<NotedSignOut[]> {
  const catalog = await readCatalogFile(homeLayout(config.home).catalog)
  return (catalog?.signOuts ?? []).map(shown)
}

/**
 * Removes the sign-outs that the person reports as done, and returns them. Throws INVALID_REQUEST, with all
 * of them kept, for a number that is not listed and while Latchkey is open on this home, and as
 * `openCatalog`.
 */
export async function forgetSignOuts(
  ids: readonly string[],
  config: Config = readConfig()
): Promise<NotedSignOut[]> {
  const { catalog: path } = homeLayout(config.home)
  requireClosed(path, 'Latchkey is open. Mark it as done in its Doctor, or quit Latchkey and run this again.')
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

/**
 * Makes a note safe to print. Other programs can write the catalog, so its texts are cleaned for the terminal
 * and an unsafe address is left out.
 */
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
