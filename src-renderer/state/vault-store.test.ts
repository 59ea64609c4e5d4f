import { describe, expect, it, vi } from 'vitest'
import { defaultPreferences, type Preferences } from '#shared/preferences.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import { fakeVault } from '../../test/fakes/fake-vault.ts'
import { pack } from '#shared/packed-list.ts'
import { summary } from '../test-summary.ts'
import { VaultStore } from './vault-store.ts'

const healthy = { backend: 'keychain', label: 'Keychain', state: 'healthy', problem: null } as const
const preferences: Preferences = defaultPreferences

const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

/** A store over a fake vault; scheduled work waits until the test runs it. */
function world(credentials = [summary()]) {
  const waiting: (() => void)[] = []
  const vault = fakeVault({
    credentials,
    storage: healthy,
    providers: [],
    preferences
  })
  const store = new VaultStore({
    bridge: vault.bridge,
    schedule: (callback) => waiting.push(callback),
    drawn: async () => undefined
  })
  const names = () => {
    const state = store.getState()
    return state.kind === 'ready' ? [...state.credentials.values()].map(({ service }) => service) : state.kind
  }
  const snapshots = () => vault.calls.filter(({ name }) => name === 'getSnapshot').length
  const run = () => waiting.splice(0).forEach((callback) => callback())
  return { vault, store, names, snapshots, run, waiting }
}

describe('the window’s copy of the vault', () => {
  it('is loading, then what the snapshot says', async () => {
    const { store, names } = world()
    expect(names()).toBe('loading')
    store.open()
    await settle()
    expect(names()).toEqual(['github'])
  })

  it('applies deltas in one go, however many came', async () => {
    const { store, vault, names, run, waiting } = world()
    store.open()
    await settle()
    let renders = 0
    store.subscribe(() => (renders += 1))
    vault.upsert([summary({ service: 'slack' })])
    vault.upsert([summary({ service: 'npm' })])
    vault.remove([summary().id])
    expect(waiting).toHaveLength(1)
    run()
    expect(names()).toEqual(['slack', 'npm'])
    expect(renders).toBe(1)
  })

  it('takes deltas that came before the snapshot, and skips those it already has', async () => {
    const { store, vault, names } = world()
    store.open()
    vault.upsert([summary({ service: 'slack' })])
    await settle()
    expect(names()).toEqual(['github', 'slack'])
  })

  it('takes what else is told before the snapshot comes, which may be older than that', async () => {
    const { store, vault } = world()
    const clock = { minutesAhead: 12, host: 'sso.example.net' }
    store.open()
    vault.emit('clockChanged', clock)
    await settle()
    expect(store.getState()).toMatchObject({ kind: 'ready', clock })
    const again = store.reload()
    vault.emit('clockChanged', null)
    vault.emit('preferencesChanged', { ...preferences, theme: 'dark' })
    await again
    expect(store.getState()).toMatchObject({ clock: null, preferences: { theme: 'dark' } })
  })

  it('asks again when a number is missing', async () => {
    const { store, vault, snapshots, run } = world()
    store.open()
    await settle()
    vault.emit('changed', { revision: 7, upserted: [], removed: [] })
    run()
    await settle()
    expect(snapshots()).toBe(2)
  })

  it('ignores a delta that comes twice', async () => {
    const { store, vault, names, snapshots, run } = world()
    store.open()
    await settle()
    const twice = { revision: 2, upserted: pack([summary({ service: 'slack' })]), removed: [] }
    vault.emit('changed', twice)
    vault.emit('changed', twice)
    run()
    expect(names()).toEqual(['github', 'slack'])
    expect(snapshots()).toBe(1)
  })

  it('says what failed when there is nothing to show, and keeps what it has when there is', async () => {
    const { store, vault, names } = world()
    vault.failNext('getSnapshot', 'INTERNAL')
    store.open()
    await settle()
    expect(store.getState()).toMatchObject({ kind: 'failed', problem: { code: 'INTERNAL' } })
    await store.reload()
    vault.failNext('getSnapshot', 'INTERNAL')
    await store.reload()
    expect(names()).toEqual(['github'])
  })

  describe('with a long list', () => {
    const many = Array.from({ length: 450 }, (_, index) => summary({ service: `service-${index}` }))
    const long = () => {
      const { vault, store, ...rest } = world(many)
      const states: string[] = []
      store.subscribe(() => {
        const state = store.getState()
        states.push(
          state.kind === 'ready' ? `${state.credentials.size} ${String(state.isWhole)}` : state.kind
        )
      })
      return { vault, store, states, ...rest }
    }
    const whole = (states: readonly string[]) => vi.waitUntil(() => states.at(-1)?.endsWith('true'), 10_000)

    it('shows its first page before the rest is here, and then all', async () => {
      const { store, states, names } = long()
      store.open()
      await whole(states)
      expect(states).toEqual(['200 false', '450 true'])
      expect(names()).toHaveLength(450)
    })

    it('loses no change that comes between the two', async () => {
      const { store, states, vault } = long()
      store.subscribe(() => {
        if (states.length !== 1) return
        vault.upsert([summary({ service: 'service-449', name: 'Renamed' }), summary({ service: 'new' })])
        vault.remove([summary({ service: 'service-448' }).id])
        vault.setUnlisted(3)
      })
      store.open()
      await whole(states)
      const state = store.getState()
      if (state.kind !== 'ready') throw new Error(state.kind)
      expect(state.credentials.get(summary({ service: 'service-449' }).id)?.name).toBe('Renamed')
      expect(state.credentials.has(summary({ service: 'new' }).id)).toBe(true)
      expect(state.credentials.has(summary({ service: 'service-448' }).id)).toBe(false)
      expect(state.unlisted).toBe(3)
    })

    it('says what failed when the rest can not be had', async () => {
      const { store, states, vault } = long()
      vault.failNext('listCredentials', 'INTERNAL')
      store.open()
      await vi.waitUntil(() => store.getState().kind === 'failed', 10_000)
      expect(states).toEqual(['200 false', 'failed'])
      await store.reload()
      expect(states.at(-1)).toBe('450 true')
    })
  })

  it('forgets a completed sign-in and a dismissed sign-in', async () => {
    const { store, vault } = world()
    store.open()
    await settle()
    const base = {
      attempt: 'a',
      service: 'github',
      name: 'GitHub',
      host: 'github.com',
      surface: 'window',
      device: null,
      offersCode: false
    } as const
    const attempts = () => {
      const state = store.getState()
      return state.kind === 'ready' ? [...state.signIns.keys()] : null
    }
    vault.setSignIn({ ...base, state: { kind: 'redeeming' } })
    expect(attempts()).toEqual(['a'])
    vault.setSignIn({ ...base, state: { kind: 'done', credential: summary().id } })
    expect(attempts()).toEqual([])
    vault.setSignIn({ ...base, state: { kind: 'redeeming' } })
    const problem = toProblem(new VaultError('SIGN_IN_DENIED'))
    vault.setSignIn({ ...base, state: { kind: 'failed', problem, canRetry: true } })
    store.dismissSignIn('a')
    expect(attempts()).toEqual([])
    await settle()
    await store.reload()
    expect(attempts()).toEqual([])
  })

  it('forgets a failed sign-in that another window has dismissed, and keeps the others', async () => {
    const { store, vault } = world()
    store.open()
    await settle()
    const problem = toProblem(new VaultError('SIGN_IN_TIMED_OUT'))
    for (const attempt of ['a', 'b']) {
      const names = { attempt, service: 'github', name: 'GitHub', host: 'github.com' }
      const state = { kind: 'failed', problem, canRetry: true } as const
      vault.setSignIn({ ...names, surface: 'window', device: null, offersCode: false, state })
    }
    vault.emit('signInDismissed', { attempt: 'a' })
    const state = store.getState()
    expect(state.kind === 'ready' && [...state.signIns.keys()]).toEqual(['b'])
  })

  it('hears nothing after it is closed', async () => {
    const { store, vault, names, waiting } = world()
    store.open()
    await settle()
    store.close()
    vault.upsert([summary({ service: 'slack' })])
    expect(waiting).toHaveLength(0)
    expect(names()).toEqual(['github'])
  })
})
