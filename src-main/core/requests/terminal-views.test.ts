import { expect, it } from 'vitest'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StoreMove } from '#shared/stores.ts'
import { MemorySignOuts } from '../testing/memory-sign-outs.ts'
import { terminalViewHandlers } from './terminal-views.ts'

const health = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null } as const
const unasked = (): Promise<never> => Promise.reject(new Error('not asked for'))

async function viewed(state: StoreMove['state'] | null) {
  const ends = { from: 'keychain', to: 'encrypted-file', needsPassphrase: true } as const
  return await terminalViewHandlers({
    audit: { verify: unasked },
    credentials: {
      feed: { summaries: () => [] },
      approvals: { list: () => [] },
      clients: { find: () => null },
      health: unasked
    },
    doctor: { run: unasked, fix: unasked },
    signOuts: new MemorySignOuts(),
    stores: {
      inUse: async () => ({ current: 'keychain', chosenBy: 'default', entries: 3 }),
      moves: { move: state && { ...ends, state } }
    },
    storage: { check: async () => health }
  }).viewStore()
}

const problem = toProblem(new VaultError('STORE_WRITE_FAILED'))
const running = { kind: 'running', step: 'copy', done: 1, total: 3 } as const

it.each([
  [null, null],
  [{ kind: 'done', moved: 3 }, null],
  [running, true],
  [{ kind: 'interrupted', canUndo: true }, false],
  [{ kind: 'failed', problem, canResume: true, canUndo: true }, false],
  [{ kind: 'failed', problem, canResume: false, canUndo: false }, null]
] as const)('shows a move that runs or waits, and no other: %j', async (state, isRunning) => {
  expect(await viewed(state)).toEqual({
    current: 'keychain',
    chosenBy: 'default',
    entries: 3,
    health,
    move: isRunning === null ? null : { from: 'keychain', to: 'encrypted-file', isRunning }
  })
})
