import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { Client } from './client.ts'
import { Clients, type PairedClient } from './clients.ts'

function world(known: readonly PairedClient[] = []) {
  const clock = new FakeClock()
  const written: (readonly PairedClient[])[] = []
  const removed: Client[] = []
  const disk = { isFull: false }
  let ids = 0
  const clients = new Clients({
    clock,
    newId: () => `id-${String((ids += 1))}`,
    read: () => known,
    write: (all) => {
      if (disk.isFull) throw new VaultError('STORE_WRITE_FAILED')
      written.push(all)
    },
    onRemoved: (client) => removed.push(client)
  })
  return { clients, clock, written, removed, disk }
}

const problem = (code: string): unknown => expect.objectContaining({ code })

describe('a paired program', () => {
  it('is found by its id, with the time of the pairing, and is written down', () => {
    const { clients, clock, written } = world()
    const added = clients.add('claude')
    expect(added).toEqual({ id: 'id-1', name: 'claude', pairedAt: clock.now(), lastSeenAt: null })
    expect([clients.find('id-1'), clients.find('claude'), written]).toEqual([added, null, [[added]]])
    expect(world(written[0]).clients.list()).toEqual([added])
  })

  it.each(['claude', 'terminal', 'window'])('can not have the name %s, which is taken', (name) => {
    const { clients } = world()
    clients.add('claude')
    expect(() => clients.add(name)).toThrow(problem('INVALID_REQUEST'))
    expect(clients.list()).toHaveLength(1)
  })

  it('is one of a hundred at most', () => {
    const { clients } = world()
    for (let at = 0; at < 100; at += 1) clients.add(`program ${String(at)}`)
    expect(() => clients.add('one more')).toThrow(problem('INVALID_REQUEST'))
    clients.remove('program 7')
    expect(clients.add('one more').id).toBe('id-101')
  })

  it('loses its access when it is removed; the next one of its name is another', () => {
    const { clients, removed, written } = world()
    const former = clients.add('claude')
    clients.remove('claude')
    expect([removed, clients.list(), written.at(-1)]).toEqual([[former], [], []])
    expect(() => clients.remove('claude')).toThrow(problem('INVALID_REQUEST'))
    expect(clients.add('claude').id).not.toBe(former.id)
  })

  it('stays as it is where the change can not be written down', () => {
    const { clients, disk, removed } = world()
    const kept = clients.add('claude')
    disk.isFull = true
    expect(() => clients.add('other')).toThrow(problem('STORE_WRITE_FAILED'))
    expect(() => clients.remove('claude')).toThrow(problem('STORE_WRITE_FAILED'))
    expect([clients.list(), removed]).toEqual([[kept], []])
  })

  it('is noted once in a minute, and without an error if that can not be written', async () => {
    const { clients, clock, disk, written } = world()
    clients.add('claude')
    clients.seen('id-1')
    clients.seen('id-1')
    clients.seen('id-99')
    expect([written.length, clients.find('id-1')?.lastSeenAt]).toEqual([2, clock.now()])
    const first = clock.now()
    await clock.pass(60_000)
    disk.isFull = true
    clients.seen('id-1')
    expect(clients.find('id-1')?.lastSeenAt).toEqual(first)
    disk.isFull = false
    clients.seen('id-1')
    expect(clients.find('id-1')?.lastSeenAt).toEqual(clock.now())
  })
})
