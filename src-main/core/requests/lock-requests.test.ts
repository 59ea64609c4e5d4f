import { expect, it } from 'vitest'
import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { vaultRequests } from '#shared/ipc.ts'
import { answeredWhileLocked } from '#shared/lock.ts'
import { socketRequests } from '#shared/socket-requests.ts'
import { behindLock } from './lock-requests.ts'

const names = Object.keys(vaultRequests)

it.each([true, false])('the window’s requests behind a lock that is closed: %s', async (isLocked) => {
  const all = Object.fromEntries(names.map((name) => [name, async () => name]))
  const guarded = behindLock(all as unknown as VaultRequestHandlers, { isLocked }) as unknown as Readonly<
    Record<string, () => Promise<unknown>>
  >
  const answers = await Promise.all(
    names.map(async (name) => {
      try {
        return await guarded[name]?.()
      } catch (error) {
        return (error as { readonly code: string }).code
      }
    })
  )
  expect(answers).toEqual(
    names.map((name) => (isLocked && !answeredWhileLocked.has(name) ? 'VAULT_LOCKED' : name))
  )
})

it('every request that a locked vault answers exists', () => {
  const known = new Set([...names, ...Object.keys(socketRequests)])
  expect([...answeredWhileLocked].filter((name) => !known.has(name))).toEqual([])
})

it.each([
  'copySecret',
  'showSecret',
  'setPreferences',
  'use',
  'reveal',
  'helperCredential',
  'useRelay',
  'runTool',
  'exportVault',
  'exportTo',
  'signOut',
  'remove',
  'addApiKey',
  'moveStore',
  'openAwsSession',
  'listNamed'
])('a locked vault does not answer %s', (name) => {
  expect([...names, ...Object.keys(socketRequests)]).toContain(name)
  expect(answeredWhileLocked.has(name)).toBe(false)
})
