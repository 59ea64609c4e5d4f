import { expect, it } from 'vitest'
import type { ImportRow } from '#shared/transfer.ts'
import { fakeVault } from '../../client/vault.testkit.ts'
import { keepSecret } from './keep-secret.ts'

type State = ImportRow['state']

const rowOf = (state: State): ImportRow => ({
  index: 0,
  service: 'aws',
  account: 'ci',
  name: 'AWS',
  kind: 'aws',
  masked: 'AKIA…',
  state,
  note: null
})

/** A vault that finds one row, in these states one after the other, and stores it or fails. */
function vaultOf(states: readonly State[], imported = 1) {
  const calls: unknown[] = []
  const left = [...states]
  const vault = fakeVault(
    {
      previewText: async () => ({
        kind: 'rows',
        id: `preview-${states.length - left.length}`,
        format: 'aws',
        path: null,
        rows: [rowOf(left.shift() ?? 'new')],
        skipped: [],
        leavesSecrets: false,
        removable: false
      }),
      runImport: async () => ({ rows: [], imported, plaintext: 'none' }),
      cancelImport: async () => null
    },
    calls
  )
  return { vault, calls }
}

it('keeps a secret and reads it back; one that is kept already is only read back', async () => {
  const fresh = vaultOf(['new', 'same'])
  expect(await keepSecret('text', fresh.vault)).toBeNull()
  expect(fresh.calls).toContainEqual([
    'runImport',
    { id: 'preview-0', rows: [0], replace: false, removePlaintext: false }
  ])
  const known = vaultOf(['same', 'same'])
  expect(await keepSecret('text', known.vault)).toBeNull()
  expect(JSON.stringify(known.calls)).not.toContain('runImport')
})

it.each([
  ['another one is kept', ['replaces'], 1, 'Latchkey keeps another one under this name'],
  ['it is refused', ['refused'], 1, 'Latchkey can’t keep it'],
  ['it can not be stored', ['new'], 0, 'Latchkey can’t keep it'],
  ['it is not found again', ['new', 'new'], 1, 'it could not be read back'],
  ['another one is found', ['new', 'replaces'], 1, 'it could not be read back']
] as const)('says why it stays where it is if %s', async (_name, states, imported, why) => {
  expect(await keepSecret('text', vaultOf(states, imported).vault)).toBe(why)
})
