import { expect, test } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import type { StoreMove } from '#shared/stores.ts'
import type { LeftMove, MoveStep, StoreMovePort } from './store-move-ports.ts'
import { StoreMoveService } from './store-move-service.ts'

type Run = (onProgress: (step: MoveStep) => void) => Promise<number>

function makeService(run: Run = async () => 3) {
  const told: (StoreMove | null)[] = []
  const state = { left: null as LeftMove | null, now: 0, ended: 0, passphrases: [] as (string | null)[] }
  const work = { from: 'keychain', to: 'sops', needsPassphrase: false, run } as const
  const mover: StoreMovePort = {
    open: async () => work,
    reopen: async (passphrase) => {
      state.passphrases.push(passphrase?.expose((text) => text) ?? null)
      return work
    },
    undo: async () => undefined,
    left: async () => state.left
  }
  const service = new StoreMoveService({
    mover,
    onChange: (move) => told.push(move),
    onEnd: () => void (state.ended += 1),
    now: () => state.now
  })
  const kinds = (): (string | null)[] => told.map((move) => move?.state.kind ?? null)
  return { service, state, told, kinds, mover }
}

const left: LeftMove = { from: 'keychain', to: 'sops', canUndo: true, needsPassphrase: true }

test('A move is told from its beginning to its end', async () => {
  const { service, state, kinds } = makeService()
  expect((await service.begin({ type: 'keychain' })).state.kind).toBe('running')
  await service.idle()
  expect(service.move?.state).toEqual({ kind: 'done', moved: 3 })
  expect(kinds()).toEqual(['running', 'done'])
  expect(state.ended).toBe(1)
})

test('Progress is told ten times a second, and each step and each end always', async () => {
  const made = makeService(async (onProgress) => {
    for (let done = 1; done <= 100; done += 1) {
      made.state.now += 10
      onProgress({ step: 'copy', done, total: 100 })
    }
    onProgress({ step: 'verify', done: 1, total: 100 })
    return 100
  })
  await made.service.begin({ type: 'keychain' })
  await made.service.idle()
  const steps = made.told.flatMap((move) => (move?.state.kind === 'running' ? [move.state] : []))
  expect(steps.length).toBeLessThan(15)
  expect(steps).toContainEqual({ kind: 'running', step: 'copy', done: 100, total: 100 })
  expect(steps.at(-1)).toMatchObject({ step: 'verify', done: 1 })
})

test('A second move is refused while one runs, and so is taking it back', async () => {
  let end = (): void => undefined
  const { service } = makeService(() => new Promise((resolve) => (end = () => resolve(1))))
  await service.begin({ type: 'keychain' })
  await expect(service.begin({ type: 'keychain' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await expect(service.undo()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  end()
  await service.idle()
  await service.begin({ type: 'keychain' })
  end()
  await service.idle()
})

test('A refusal before the beginning changes nothing and is thrown', async () => {
  const { service, mover, told } = makeService()
  Object.assign(mover, { open: () => Promise.reject(new VaultError('VAULT_LOCKED')) })
  await expect(service.begin({ type: 'keychain' })).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
  expect([service.move, told]).toEqual([null, []])
})

test.each([
  [null, { canResume: false, canUndo: false }],
  [left, { canResume: true, canUndo: true }],
  [
    { ...left, canUndo: false },
    { canResume: true, canUndo: false }
  ]
])('What failed says whether it can go on or be taken back: %j', async (found, expected) => {
  const { service, state } = makeService(() => Promise.reject(new VaultError('STORE_WRITE_FAILED')))
  state.left = found
  await service.begin({ type: 'keychain' })
  await service.idle()
  expect(service.move?.state).toMatchObject({
    kind: 'failed',
    problem: { code: 'STORE_WRITE_FAILED' },
    ...expected
  })
  expect(service.move?.needsPassphrase).toBe(found?.needsPassphrase ?? false)
})

test('What a crash left is found, and goes on with its passphrase or is taken back', async () => {
  const { service, state, kinds } = makeService()
  state.left = left
  await service.find()
  expect(service.move).toMatchObject({ needsPassphrase: true, state: { kind: 'interrupted', canUndo: true } })
  await service.resume('seven wet otters')
  await service.idle()
  expect(state.passphrases).toEqual(['seven wet otters'])
  await service.undo()
  expect(service.move).toBeNull()
  expect(kinds()).toEqual(['interrupted', 'running', 'done', null])
})

test('Closing stops a move at its next entry, and no other begins', async () => {
  const made = makeService(async (onProgress) => {
    onProgress({ step: 'copy', done: 1, total: 3 })
    const closed = made.service.close()
    made.state.left = left
    onProgress({ step: 'copy', done: 2, total: 3 })
    await closed
    return 3
  })
  await made.service.begin({ type: 'keychain' })
  await made.service.close()
  expect(made.service.move?.state).toMatchObject({
    kind: 'failed',
    problem: { code: 'STORE_WRITE_FAILED', message: expect.stringContaining('Nothing is lost') },
    canResume: true,
    canUndo: true
  })
  await expect(made.service.begin({ type: 'keychain' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
})
