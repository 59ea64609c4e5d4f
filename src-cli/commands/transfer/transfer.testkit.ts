import { Readable } from 'node:stream'
import { vi } from 'vitest'
import type { ImportPreview, ImportReport, ImportRequest, ImportRow } from '#shared/transfer.ts'
import type { LockState } from '#shared/lock.ts'
import { fakeVault, type FakeAnswers } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

export const PASSPHRASE = 'a passphrase of words'

export function importRow(index: number, change: Partial<ImportRow> = {}): ImportRow {
  return {
    index,
    service: 'stripe',
    account: `account-${index}`,
    name: 'Stripe',
    kind: 'api-key',
    masked: 'sk••••••••yz',
    state: 'new',
    note: null,
    ...change
  }
}

export const open: LockState = { isLocked: false, needsPassphrase: true, waiting: [] }

type Rows = Extract<ImportPreview, { kind: 'rows' }>

export function rowsOf(rows: ImportRow[], skipped: string[] = [], leavesSecrets = false): Rows {
  return {
    kind: 'rows',
    id: 'i',
    format: 'env',
    path: '~/.env',
    rows,
    skipped,
    leavesSecrets,
    removable: true
  }
}

export type Given = {
  readonly typed?: readonly (string | null)[]
  readonly isInteractive?: boolean
  readonly preview?: ImportPreview
  readonly missing?: string[]
  readonly fails?: readonly number[]
  readonly isReadOnly?: boolean
  readonly isLocked?: boolean
  readonly input?: string
  /** Standard error is a terminal, and each request lasts for a second. */
  readonly isLong?: boolean
}

/** Runs a command with a vault in memory, whose calls it returns. */
export async function run(args: readonly string[], given: Given = {}) {
  const { typed = [], isInteractive = false, preview = rowsOf([importRow(0)]), missing = [] } = given
  const calls: unknown[] = []
  const left = [...typed]
  const report = (request: ImportRequest): ImportReport => {
    const rows = request.rows.map((index) => ({
      index,
      result: given.fails?.includes(index) === true ? ('failed' as const) : ('imported' as const),
      note: null
    }))
    return { rows, imported: rows.length, plaintext: request.removePlaintext ? 'removed' : 'kept' }
  }
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const far = (notice: (told: unknown) => void): void => {
    if (given.isLong === true) now.mockReturnValue(now() + 1000)
    notice({ progress: { done: 120, total: 5000 } })
  }
  const answers: FakeAnswers = {
    getLock: async () => ({ ...open, isLocked: given.isLocked === true }),
    unlockVault: async () => open,
    exportTo: async ({ path }: { readonly path: string }, { notice }) => {
      far(notice)
      return { path, exported: 2, missing }
    },
    previewFile: async (_place, { notice }) => {
      far(notice)
      return preview
    },
    previewText: async (_none, { body }) => {
      calls.push(['body', await body()])
      return preview
    },
    openImport: async (_sealed, { notice }) => {
      far(notice)
      return rowsOf([importRow(0)])
    },
    runImport: async (request: ImportRequest, { notice }) => {
      far(notice)
      return report(request)
    }
  }
  const ended = await runFake(args, {
    isInteractive: () => isInteractive,
    isErrorShown: () => given.isLong ?? false,
    askSecret: async () => left.shift() ?? null,
    readBytes: () => Readable.from([Buffer.from(given.input ?? '')]),
    isReadOnly: async () => given.isReadOnly ?? false,
    openVault: async () => fakeVault(answers, calls)
  }).finally(() => now.mockRestore())
  return { ...ended, calls }
}
