import { describe, expect, it } from 'vitest'
import type { LockState } from '#shared/lock.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../secret.ts'
import { VaultLock, type Waiter } from './vault-lock.ts'

const PASSPHRASE = 'correct horse battery'

type Given = { readonly hasPassphrase?: boolean; readonly hasWindow?: boolean }

function lockOver({ hasPassphrase = false, hasWindow = true }: Given = {}) {
  const world = {
    isLocked: false,
    isMoving: false,
    ended: 0,
    asked: 0,
    /** Whether the store was still open each time that what could be undone ended. */
    finished: [] as boolean[],
    told: [] as LockState[],
    rings: [] as Array<() => void>
  }
  const lock: VaultLock = new VaultLock({
    beforeLock: async () => void world.finished.push(!world.isLocked && world.ended === 0),
    clock: {
      after: (_ms, ring) => {
        world.rings.push(ring)
        return () => undefined
      }
    },
    passphrase: () =>
      hasPassphrase
        ? {
            protection: async () => (world.isLocked ? 'locked' : 'unlocked'),
            unlock: async (given: Secret) => {
              if (given.expose((text) => text) !== PASSPHRASE) throw new VaultError('VAULT_LOCKED')
            },
            lock: () => undefined
          }
        : null,
    storage: {
      isLocked: () => world.isLocked,
      known: async () => undefined,
      hold: async (isHeld) => {
        world.isLocked = isHeld
        lock.storeChanged()
      }
    },
    isMoving: () => world.isMoving,
    onLock: () => (world.ended += 1),
    onUnlock: async () => undefined,
    onChange: (state) => world.told.push(state),
    askPerson: hasWindow ? () => (world.asked += 1) : null
  })
  return { world, lock }
}

function waiter(name: string, more: Partial<Waiter> = {}): Waiter & { readonly told: () => number } {
  let told = 0
  const signal = new AbortController().signal
  return { id: name, name, ms: 60_000, signal, onWait: () => (told += 1), told: () => told, ...more }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the lock', () => {
  it('ends what was allowed, and a window opens it without a passphrase where the store has none', async () => {
    const { world, lock } = lockOver()
    expect(await lock.lock()).toEqual({ isLocked: true, needsPassphrase: false, waiting: [] })
    expect(world.ended).toBe(1)
    await expect(lock.unlock('x')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await lock.unlock(null)).toMatchObject({ isLocked: false })
  })

  it('takes the passphrase where there is one, and nothing else', async () => {
    const { lock } = lockOver({ hasPassphrase: true, hasWindow: false })
    expect(await lock.lock()).toMatchObject({ isLocked: true, needsPassphrase: true })
    await expect(lock.unlock(null)).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    await expect(lock.unlock('not this one')).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    expect(lock.isLocked).toBe(true)
    expect(await lock.unlock(PASSPHRASE)).toMatchObject({ isLocked: false })
  })

  it('stays open where nothing could open it again, and still ends what was allowed', async () => {
    const { world, lock } = lockOver({ hasWindow: false })
    expect(await lock.lock()).toMatchObject({ isLocked: false })
    expect(world.ended).toBe(1)
  })

  it('first finishes what a person could still undo', async () => {
    const { world, lock } = lockOver()
    await lock.lock()
    expect([world.finished, world.ended]).toEqual([[true], 1])
  })

  it('is refused while a move runs', async () => {
    const { world, lock } = lockOver()
    world.isMoving = true
    await expect(lock.lock()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect([lock.isLocked, world.ended]).toEqual([false, 0])
  })
})

describe('a request that finds the vault locked', () => {
  it('waits, asks the person, is named, and goes on when the lock opens', async () => {
    const { world, lock } = lockOver()
    await lock.lock()
    const git = waiter('git')
    let isOpen = false
    const waits = lock.opened(git).then(() => (isOpen = true))
    await settle()
    expect([isOpen, git.told(), world.asked]).toEqual([false, 1, 1])
    expect(await lock.state()).toMatchObject({ waiting: ['git'] })
    await lock.unlock(null)
    await waits
    expect(isOpen).toBe(true)
    await settle()
    expect(world.told.at(-1)).toEqual({ isLocked: false, needsPassphrase: false, waiting: [] })
  })

  it('ends with VAULT_LOCKED after its time, and when its client gives up', async () => {
    const { world, lock } = lockOver()
    await lock.lock()
    const late = lock.opened(waiter('git'))
    await settle()
    for (const ring of world.rings) ring()
    await expect(late).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    const client = new AbortController()
    const gone = lock.opened(waiter('git', { signal: client.signal }))
    await settle()
    client.abort()
    await expect(gone).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    expect(await lock.state()).toMatchObject({ waiting: [] })
  })

  it('does not wait if its client does not, and the person is asked all the same', async () => {
    const { world, lock } = lockOver()
    await lock.lock()
    await expect(lock.opened(waiter('agent', { ms: 0 }))).rejects.toMatchObject({ code: 'VAULT_LOCKED' })
    expect(world.asked).toBe(1)
  })

  it('asks once for each lock if a program sends it, and each time if the person’s terminal does', async () => {
    const { world, lock } = lockOver()
    await lock.lock()
    for (const id of ['agent', 'agent', 'agent', 'terminal', 'terminal']) {
      await lock.opened(waiter(id, { ms: 0 })).catch(() => undefined)
    }
    expect(world.asked).toBe(3)
    await lock.unlock(null)
    await lock.lock()
    await lock.opened(waiter('agent', { ms: 0 })).catch(() => undefined)
    expect(world.asked).toBe(4)
  })

  it('goes straight to the store where no window could open the lock', async () => {
    const { world, lock } = lockOver({ hasPassphrase: true, hasWindow: false })
    await lock.lock()
    await lock.opened(waiter('git'))
    expect(world.told.flatMap(({ waiting }) => waiting)).toEqual([])
  })
})
