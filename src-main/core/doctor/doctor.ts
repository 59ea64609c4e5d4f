import { hostsRow } from './doctor-hosts-check.ts'
import { doctorCheckIds } from '#shared/doctor.ts'
import type {
  DoctorCheckId,
  DoctorFixRequest,
  DoctorReport,
  DoctorRequest,
  DoctorRow
} from '#shared/doctor.ts'
import { toProblem } from '#shared/problem.ts'
import type { CatalogView, DoctorPorts, FileAudit, KeychainRoundTrip } from './doctor-ports.ts'
import { homeRow, leftoversRow, modesRow, oldKiwiRow, oldKstlibRow } from './doctor-place-checks.ts'
import {
  awsPairsRow,
  oldLlxprtRow,
  ownProvidersRow,
  policyRow,
  sopsRows,
  straysRow,
  toolsRow
} from './doctor-place-checks.ts'
import { counted, failed, passed, skipped } from './doctor-rows.ts'
import { backendRow, catalogRow, clockRow, entriesRow } from './doctor-store-checks.ts'
import { fallbackRow, intentsRow, keychainRow, signOutsRow, unlistedRow } from './doctor-store-checks.ts'

type Repair = {
  readonly id: DoctorCheckId
  readonly run: (ports: DoctorPorts) => Promise<string | null>
  /** The repair is left out of "repair everything" and runs only if it is requested by its id. */
  readonly onlyByName?: boolean
}

/**
 * Repairs that are safe without a question. A repair that deletes a credential must never be in this list.
 */
const repairs: readonly Repair[] = [
  {
    id: 'modes',
    run: async ({ files }) =>
      sentence(
        await files.close(),
        (n) => `Made ${counted(n, 'file or folder', 'files and folders')} private.`
      )
  },
  {
    id: 'leftovers',
    run: async ({ files }) =>
      sentence(await files.sweep(), (n) => `Removed ${counted(n, 'half-written file')}.`)
  },
  {
    id: 'intents',
    run: async ({ catalog }) => {
      const before = (await catalog.view())?.intents ?? 0
      if (before === 0 || !(await catalog.settle())) return null
      const after = (await catalog.view())?.intents ?? 0
      return sentence(before - after, (n) => `Settled ${counted(n, 'interrupted operation')}.`)
    }
  },
  {
    id: 'unlisted',
    // The credentials of another data folder are among them.
    onlyByName: true,
    run: async ({ catalog }) =>
      sentence((await catalog.takeBack?.()) ?? 0, (n) => `Listed ${counted(n, 'credential')} again.`)
  }
]

/**
 * Checks everything that a vault depends on. A check that fails becomes a row that says so; the others go on.
 */
export class Doctor {
  readonly #ports: DoctorPorts

  constructor(ports: DoctorPorts) {
    this.#ports = ports
  }

  /** Changes nothing but a random keychain entry of its own, which it removes. Never throws. */
  async run({ readEntries }: DoctorRequest, repaired: readonly string[] = []): Promise<DoctorReport> {
    const { clock, version, catalog } = this.#ports
    const now = clock.now()
    // The places come first, because reading a file through the store also closes it.
    const places = await this.#places()
    const rows = [...(await this.#storeRows(now, readEntries, places)), ...(await this.#otherRows(places))]
    await attempt(async () => catalog.noteRun(now))
    return { checkedAt: now.toISOString(), version, rows: inOrder(rows), repaired: [...repaired] }
  }

  /** Makes the safe repairs, then checks again. Never deletes a credential, never throws. */
  async fix({ checks, readEntries }: DoctorFixRequest): Promise<DoctorReport> {
    const repaired: string[] = []
    for (const { id, run, onlyByName = false } of repairs) {
      if (checks === null ? onlyByName : !checks.includes(id)) continue
      const done = await attempt(() => run(this.#ports))
      if (done.ok && done.value !== null) repaired.push(done.value)
    }
    return this.run({ readEntries }, repaired)
  }

  async #places() {
    const audit = await attempt(() => this.#ports.files.audit())
    const trip = await attempt(() => this.#ports.keychainRoundTrip())
    return { audit, trip }
  }

  async #storeRows(now: Date, readEntries: boolean, { trip }: Places): Promise<DoctorRow[]> {
    const { catalog, files, storageHealth, storeInUse } = this.#ports
    const found = await attempt(() => catalog.view())
    const view = found.ok ? found.value : null
    const rows = [
      rowOf('keychain', trip, keychainRow),
      rowOf('backend', await attempt(storageHealth), backendRow),
      rowOf('catalog', found, catalogRow),
      rowOf('clock', await attempt(async () => catalog.lastRun()), (last) => clockRow(now, view, last))
    ]
    if (!found.ok) {
      const untold = ['fallback', 'entries', 'strays', 'unlisted', 'intents', 'sign-outs'] as const
      return [...rows, ...untold.map((id) => skipped(id, 'The catalog can’t be read.'))]
    }
    const strays = await attempt(() => files.strays(view?.keys ?? []))
    const answers = !trip.ok || trip.value.kind !== 'failed'
    const unlisted = await attempt(async () => (answers ? await catalog.unlisted(view?.keys ?? []) : null))
    return [
      ...rows,
      fallbackRow(view, storeInUse()),
      intentsRow(view),
      signOutsRow(view),
      rowOf('strays', strays, straysRow),
      unlistedRow(unlisted.ok ? unlisted.value : null, catalog.takeBack !== undefined),
      await this.#entries(view, readEntries)
    ]
  }

  async #entries(view: CatalogView | null, readEntries: boolean): Promise<DoctorRow> {
    if (!readEntries) {
      return skipped('entries', 'Not checked: this check opens every entry.', 'Start this check separately.')
    }
    return entriesRow(view, (entry, savedAt) => this.#ports.catalog.readEntry(entry, savedAt))
  }

  async #otherRows({ audit, trip }: Places): Promise<DoctorRow[]> {
    const {
      awsPairs,
      version,
      runtime,
      bindLoopback,
      oldFiles,
      oldKiwiAccounts,
      ownProviders,
      policy,
      sops,
      tools,
      hosts
    } = this.#ports
    const old = await attempt(oldFiles)
    const setUp = await attempt(sops)
    const works = trip.ok && trip.value.kind === 'ok'
    return [
      rowOf('home', audit, homeRow),
      rowOf('modes', audit, modesRow),
      rowOf('leftovers', audit, leftoversRow),
      rowOf('loopback', await attempt(bindLoopback), () => passed('loopback', '127.0.0.1')),
      rowOf('providers', await attempt(ownProviders), ownProvidersRow),
      rowOf('policy', await attempt(policy), policyRow),
      rowOf('tools', await attempt(tools), toolsRow),
      rowOf('aws-pairs', await attempt(awsPairs), awsPairsRow),
      rowOf('hosts', await attempt(hosts), hostsRow),
      ...(setUp.ok ? sopsRows(setUp.value) : [broken('sops-config', setUp.error)]),
      rowOf('old-llxprt', old, ({ llxprt }) => oldLlxprtRow(llxprt)),
      rowOf('old-kstlib', old, ({ kstlib }) => oldKstlibRow(kstlib)),
      rowOf('old-kiwi', await attempt(async () => (works ? oldKiwiAccounts() : null)), oldKiwiRow),
      passed('version', `Latchkey ${version}, ${runtime}`)
    ]
  }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }
type Places = { readonly audit: Attempt<FileAudit>; readonly trip: Attempt<KeychainRoundTrip> }

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return { ok: false, error }
  }
}

function rowOf<T>(id: DoctorCheckId, found: Attempt<T>, read: (value: T) => DoctorRow): DoctorRow {
  return found.ok ? read(found.value) : broken(id, found.error)
}

/** The system's own message is left out, because it may quote the value that it failed on. */
function broken(id: DoctorCheckId, error: unknown): DoctorRow {
  const { message, code } = toProblem(error)
  if (id === 'loopback') {
    return failed(
      'loopback',
      'No port on 127.0.0.1 could be opened.',
      'Check the firewall or sandbox; until then, paste the address of the browser’s last page.'
    )
  }
  const fact = code === 'INTERNAL' ? 'This could not be checked.' : `${message} (${code})`
  return failed(id, fact, 'Make sure that you may read the folder, then check again.')
}

function sentence(n: number, of: (n: number) => string): string | null {
  return n > 0 ? of(n) : null
}

/** Sorts rows that need a person to the top, then by the order of the catalog of checks. */
function inOrder(rows: readonly DoctorRow[]): DoctorRow[] {
  const rank = { failure: 0, warning: 1, ok: 2, skipped: 3 } as const
  const place = new Map(doctorCheckIds.map((id, index) => [id, index]))
  return rows.toSorted(
    (a, b) => rank[a.state] - rank[b.state] || (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)
  )
}
