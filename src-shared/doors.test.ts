import { expect, it } from 'vitest'
import { everyDoor, requestsThrough, windowOnly } from './doors.ts'
import { vaultRequests } from './ipc.ts'

it('lets a request in through the doors that its row names, and through no other', () => {
  const table = { both: { doors: everyDoor }, window: { doors: windowOnly }, none: { doors: [] } }
  expect(Object.keys(requestsThrough('window', table))).toEqual(['both', 'window'])
  expect(Object.keys(requestsThrough('socket', table))).toEqual(['both'])
})

it('lets the window make every request there is', () => {
  expect(requestsThrough('window', vaultRequests)).toEqual(vaultRequests)
})

it.each([/^copy/, /^openHelp$/, /^start/, /^addApiKey$/, /^previewImport$/, /^exportVault$/, /RecoveryKey$/])(
  'keeps what needs a person at the window to it: %s',
  (pattern) => {
    const names = Object.keys(vaultRequests).filter((name) => pattern.test(name))
    expect(names).not.toEqual([])
    expect(names.filter((name) => name in requestsThrough('socket', vaultRequests))).toEqual([])
  }
)
