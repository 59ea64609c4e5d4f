import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { transferHandlers } from './transfer-requests.ts'

const PASSPHRASE = 'four words that nobody guesses'
const report = { path: '/all.age', exported: 1, missing: [] }
const unused = () => Promise.reject(new Error('not asked for here'))

type Options = { readonly path?: string | null; readonly isLogWhole?: boolean }

function world({ path = '/all.age', isLogWhole = true }: Options = {}) {
  const noted: string[] = []
  const audit = {
    note: async (action: string, { client = '' }: { readonly client?: string }) => {
      if (!isLogWhole) throw new VaultError('STORE_WRITE_FAILED')
      noted.push(`${action} by ${client}`)
    }
  }
  const transfers = transferHandlers({
    activity: { audit },
    clock: { now: () => new Date(0) },
    dialogs: { chooseFileToOpen: unused, chooseFileToSave: async () => path },
    transfer: {
      exportTo: async () => report,
      imports: { preview: unused, open: unused, run: unused, cancel: () => undefined },
      readFile: unused,
      readOldFile: unused,
      recovery: { status: () => ({ kind: 'none' }), create: unused, remove: unused } as never
    }
  })
  return { noted, transfers }
}

describe('an export from the window', () => {
  it('has a row in the log', async () => {
    const { noted, transfers } = world()
    expect(await transfers.exportVault({ passphrase: PASSPHRASE })).toEqual(report)
    expect(noted).toEqual(['export by window'])
  })

  it('is made all the same where the log can not be written', async () => {
    const { transfers } = world({ isLogWhole: false })
    expect(await transfers.exportVault({ passphrase: PASSPHRASE })).toEqual(report)
  })

  it('has no row if the person closes the dialog', async () => {
    const { noted, transfers } = world({ path: null })
    expect(await transfers.exportVault({ passphrase: PASSPHRASE })).toBeNull()
    expect(noted).toEqual([])
  })
})
