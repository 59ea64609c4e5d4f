import { spawnSync } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { SecretBackend } from '../../core/ports.ts'
import { createMemoryBackend } from '../backends/memory-backend.ts'
import { moveSecrets, undoMove } from './move-backend.ts'
import type { MoveOptions } from './move-backend.ts'
import { readMoveJournal } from './move-journal.ts'
import { createPlainFileBackend } from '../backends/plain-file-backend.ts'
import { temporaryDir } from '../backends/secret-backend.contract.ts'

const entries = { a: 'secret a', b: 'secret b', c: 'secret c' }

/**
 * Two stores whose writes are counted as steps; at the step `dieAt` the process ends, before or after the
 * write.
 */
async function makeMove(dieAt = Number.POSITIVE_INFINITY, after = false) {
  const root = await temporaryDir()
  const plain = createPlainFileBackend({
    dir: join(root, 'plain'),
    insecurePlainText: true,
    onWarning: () => undefined
  })
  for (const [key, value] of Object.entries(entries)) await plain.set(key, value)
  const memory = createMemoryBackend()
  let step = 0
  const mortal = async <T>(act: () => Promise<T>): Promise<T> => {
    step += 1
    if (step === dieAt && !after) throw new Error('killed')
    const answer = await act()
    if (step === dieAt) throw new Error('killed')
    return answer
  }
  const dying = (backend: SecretBackend): SecretBackend => ({
    ...backend,
    get: (key) => mortal(() => backend.get(key)),
    set: (key, value) => mortal(() => backend.set(key, value)),
    delete: (key) => mortal(() => backend.delete(key)),
    list: () => mortal(() => backend.list())
  })
  const state = { store: 'plain-file' }
  const steps: string[] = []
  const journal = join(root, 'move.json')
  const options = (source: SecretBackend, target: SecretBackend): MoveOptions => ({
    source,
    target,
    journal,
    switchTo: (id) =>
      mortal(async () => {
        state.store = id
      }),
    onProgress: ({ step: name, done, total }) => steps.push(`${name} ${done}/${total}`)
  })
  return { root, plain, memory, state, steps, journal, mine: options(dying(plain), dying(memory)) }
}

async function contentOf(backend: SecretBackend): Promise<Record<string, string | null>> {
  const keys = await backend.list()
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await backend.get(key)])))
}

test('What a killed writer left in clear in the old store goes with the move', async () => {
  const { mine, root, plain } = await makeMove()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const left = join(root, 'plain', `.${String(pid)}-0123456789abcdef.tmp`)
  await writeFile(left, '{"key":"a","value":"secret a"}')
  await moveSecrets({ ...mine, source: plain })
  expect(await readdir(join(root, 'plain'))).not.toContain(basename(left))
})

test('Everything is moved, read back, switched and removed, and each step is told', async () => {
  const { root, plain, memory, state, steps, mine } = await makeMove()
  expect(await moveSecrets(mine)).toBe(3)
  expect(await contentOf(memory)).toEqual(entries)
  expect(await plain.list()).toEqual([])
  expect(state.store).toBe('memory')
  expect(steps.filter((step) => /3\/3|switch/.test(step))).toEqual([
    'copy 3/3',
    'verify 3/3',
    'switch 0/1',
    'switch 1/1',
    'remove 3/3'
  ])
  expect(await readdir(root)).toEqual(['plain'])
})

test(
  'Killed before or after any step, nothing is lost, and the next run finishes',
  { timeout: 60_000 },
  async () => {
    let kills = 0
    for (const after of [false, true]) {
      for (let dieAt = 1; ; dieAt += 1) {
        const { plain, memory, state, mine } = await makeMove(dieAt, after)
        const died = await moveSecrets(mine).then(
          () => false,
          () => true
        )
        const store = state.store === 'memory' ? memory : plain
        expect(await contentOf(store), `killed at ${dieAt}`).toEqual(entries)
        if (!died) break
        await moveSecrets(mine)
        expect(await contentOf(memory)).toEqual(entries)
        expect([await plain.list(), state.store]).toEqual([[], 'memory'])
        kills += 1
      }
    }
    expect(kills).toBeGreaterThan(40)
  }
)

test('A target that holds another value is not overwritten', async () => {
  const { plain, memory, mine } = await makeMove()
  await memory.set('b', 'older')
  await expect(moveSecrets(mine)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect([await contentOf(plain), await contentOf(memory)]).toEqual([entries, { b: 'older' }])
})

test('An entry that can not be read stops the move before anything was copied', async () => {
  const { root, memory, journal, mine } = await makeMove()
  await writeFile(join(root, 'plain', 'b.token.json'), '{')
  await expect(moveSecrets({ ...mine, nameOf: (key) => `Entry ${key}` })).rejects.toMatchObject({
    code: 'CREDENTIAL_UNREADABLE',
    message: expect.stringContaining('can’t be read: Entry b.')
  })
  expect([await memory.list(), await readMoveJournal(journal)]).toEqual([[], null])
})

test('A target that gives back something else is not switched to, and the move can be taken back', async () => {
  const { plain, memory, state, mine } = await makeMove()
  const lying = {
    ...mine,
    target: { ...mine.target, get: async (key: string) => (await memory.get(key)) && 'x' }
  }
  await expect(moveSecrets(lying)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect([await contentOf(plain), state.store]).toEqual([entries, 'plain-file'])
  expect(await undoMove(mine)).toBe(true)
  expect([await contentOf(plain), await memory.list()]).toEqual([entries, []])
  expect(await undoMove(mine)).toBe(false)
})

test('What was added, changed and removed during an interruption is moved as it is now', async () => {
  const { plain, memory, journal, mine } = await makeMove(16)
  await expect(moveSecrets(mine)).rejects.toThrow('killed')
  expect((await memory.list()).length).toBeGreaterThan(0)
  await plain.set('d', 'secret d')
  await plain.set('a', 'newer a')
  await plain.delete('b')
  expect(await moveSecrets({ ...mine, isWanted: (key) => key !== 'b' })).toBe(3)
  expect(await contentOf(memory)).toEqual({ a: 'newer a', c: 'secret c', d: 'secret d' })
  expect([await plain.list(), await readMoveJournal(journal)]).toEqual([[], null])
})

test('An entry that the source lost on its own keeps its copy, and the move says so', async () => {
  const { plain, memory, mine } = await makeMove(18)
  await expect(moveSecrets(mine)).rejects.toThrow('killed')
  expect(await memory.get('a')).toBe('secret a')
  await plain.delete('a')
  await expect(moveSecrets(mine)).rejects.toThrow('no longer in its store')
  expect(await memory.get('a')).toBe('secret a')
})

test('A key without a value, as the catalog may name one, stays out of the move', async () => {
  const { plain, memory, mine } = await makeMove()
  const source = { ...mine.source, list: async () => [...(await plain.list()), 'nothing'] }
  expect(await moveSecrets({ ...mine, source })).toBe(3)
  expect(await contentOf(memory)).toEqual(entries)
})

test('An entry that is removed after the switch does not stay in the old store', async () => {
  const dead = await makeMove(26)
  await expect(moveSecrets(dead.mine)).rejects.toThrow('killed')
  await dead.memory.delete('c')
  await moveSecrets({ ...dead.mine, isWanted: (key) => key !== 'c' })
  expect([await dead.plain.list(), await dead.memory.list()]).toEqual([[], ['a', 'b']])
})

test('After the switch a newer value in the new store stays, and there is no way back', async () => {
  const dead = await makeMove(26)
  await expect(moveSecrets(dead.mine)).rejects.toThrow('killed')
  expect(dead.state.store).toBe('memory')
  await dead.memory.set('c', 'newer')
  await expect(undoMove(dead.mine)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await moveSecrets(dead.mine)
  expect(await contentOf(dead.memory)).toEqual({ ...entries, c: 'newer' })
})

test('Another move, and a journal that can not be read, are left alone', async () => {
  const { journal, mine } = await makeMove(12)
  await expect(moveSecrets(mine)).rejects.toThrow('killed')
  const back = { ...mine, source: mine.target, target: mine.source }
  await expect(moveSecrets(back)).rejects.toThrow('from plain-file to memory')
  await expect(moveSecrets({ ...mine, target: mine.source })).rejects.toMatchObject({
    code: 'INVALID_REQUEST'
  })
  await writeFile(journal, '{')
  await expect(moveSecrets(mine)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})
