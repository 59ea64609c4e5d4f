import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSessionBus } from '../../../src-main/shell/message-bus.ts'
import { followTrayHost, type TrayHost } from '../../../src-main/shell/tray-host.ts'
import { createStatusNotifierHost, type StatusNotifierHost } from '../../support/status-notifier-host.ts'

/** Records the changes of the host one after the other, as a person sees them. */
function changesOf(host: TrayHost) {
  const told: boolean[] = []
  host.onChange((isThere) => told.push(isThere))
  return { told: (expected: readonly boolean[]) => expect.poll(() => told).toEqual(expected) }
}

describe('the tray of a desktop, on a real session bus', () => {
  let desktop: StatusNotifierHost
  let host: TrayHost
  beforeEach(async () => {
    desktop = await createStatusNotifierHost()
    host = await followTrayHost('linux')
  })
  afterEach(async () => {
    host.close()
    await desktop.close()
  })

  it('comes and goes with the desktop’s panel', async () => {
    const { told } = changesOf(host)
    expect(host.isThere()).toBe(false)
    await desktop.come()
    await told([true])
    expect((await followTrayHost('linux')).isThere()).toBe(true)
    await desktop.leave()
    await told([true, false])
  })

  it('goes when no host shows the collected items, and comes when a host does', async () => {
    const { told } = changesOf(host)
    await desktop.come()
    await told([true])
    desktop.show(false)
    await told([true, false])
    desktop.show(true)
    await told([true, false, true])
  })

  it('goes with the process that showed it', async () => {
    const { told } = changesOf(host)
    await desktop.come()
    await told([true])
    await desktop.close()
    await told([true, false])
  })
})

describe('where there is no session bus', () => {
  const address = process.env['DBUS_SESSION_BUS_ADDRESS']
  afterEach(() => void (process.env['DBUS_SESSION_BUS_ADDRESS'] = address))

  it.each([
    ['no address', ''],
    ['an unused address', 'unix:path=/nowhere/bus'],
    ['an address that makes no sense', 'carrier-pigeon:']
  ])('the tray is absent for %s, and nothing is thrown', async (_name, value) => {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = value
    expect(await openSessionBus()).toBeNull()
    expect((await followTrayHost('linux')).isThere()).toBe(false)
  })

  it('the tray is absent after a second when the bus takes the call and says nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-mute-bus-'))
    const server = createServer((socket) => void socket.resume()).listen(join(folder, 'bus'))
    await once(server, 'listening')
    process.env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${folder}/bus`
    expect(await openSessionBus()).toBeNull()
    server.close()
    await rm(folder, { recursive: true })
  })
})
