import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../testing/fake-clock.ts'
import { handOutWorld } from '../testing/hand-out-world.ts'
import { relayed, type WantedApproval } from './approval.ts'
import { type KeptRelay, RelayTickets } from './relay-tickets.ts'
import { UnderWay } from './under-way.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const wanted: WantedApproval = {
  run: null,
  ...relayed,
  client: 'bot-id',
  credential: '["stripe","default"]',
  scope: null,
  host: 'api.stripe.com:443'
}

let clock: FakeClock
let underWay: UnderWay
let tickets = 0
beforeEach(() => {
  clock = new FakeClock()
  underWay = new UnderWay()
})

function newRelays(): RelayTickets {
  const newTicket = (): string => `ticket-${String((tickets += 1))}`
  const follow = (of: WantedApproval, end: () => void): (() => void) => underWay.add(of, end)
  return new RelayTickets({ clock, newTicket, digest: (text) => `digest of ${text}`, follow })
}

/** The relays of the vault before, at the vault that comes next. */
function next(kept: readonly KeptRelay[]): RelayTickets {
  const relays = newRelays()
  relays.adopt(kept)
  return relays
}

const over = { code: 'APPROVAL_DENIED', message: 'This relay has ended. Open it again.' }

describe('the ticket of a relay', () => {
  it('is of use to its own client alone, until the relay is released', () => {
    const relays = newRelays()
    const { ticket, release } = relays.open(wanted)
    expect(relays.find(ticket, 'bot-id')).toEqual(wanted)
    expect(() => relays.find(ticket, 'terminal')).toThrow(expect.objectContaining(over))
    expect(() => relays.find('ticket', 'bot-id')).toThrow(expect.objectContaining(over))
    release()
    expect(() => relays.find(ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })

  it('is of no use after twelve hours, and once what allowed it has ended', async () => {
    const relays = newRelays()
    const [one, other] = [relays.open(wanted), relays.open({ ...wanted, host: 'files.stripe.com:443' })]
    underWay.endWhere(({ host }) => host === wanted.host)
    expect(await one.ended).toBe('over')
    expect(() => relays.find(one.ticket, 'bot-id')).toThrow(expect.objectContaining(over))
    await clock.pass(12 * HOUR - 1)
    expect(relays.find(other.ticket, 'bot-id').host).toBe('files.stripe.com:443')
    await clock.pass(1)
    expect(() => relays.find(other.ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })
})

describe('a vault that hands its home over', () => {
  it('ends its relays for their clients, and the next vault goes on with them and their end', async () => {
    const before = newRelays()
    const { ticket, ended, until } = before.open(wanted)
    const kept = before.handOver()
    expect(await ended).toBe('handed-over')
    expect(JSON.stringify(kept)).not.toContain(`"${ticket}"`)
    const after = next(kept)
    expect(after.find(ticket, 'bot-id')).toEqual(wanted)
    const held = after.keep(ticket, 'bot-id')
    expect(held.until).toEqual(until)
    await clock.pass(2 * MINUTE)
    expect(after.find(ticket, 'bot-id')).toEqual(wanted)
  })

  it('hands a relay over again that its client has not yet come for', () => {
    const before = newRelays()
    const { ticket } = before.open(wanted)
    const last = next(next(before.handOver()).handOver())
    expect(last.find(ticket, 'bot-id')).toEqual(wanted)
  })

  it.each([
    ['came later than a minute', MINUTE + 1],
    ['came with a clock that was set back', -1]
  ])('leaves nothing to a vault that %s', (_name, ms) => {
    const before = newRelays()
    const { ticket } = before.open(wanted)
    const kept = before.handOver()
    clock.jump(ms)
    expect(() => next(kept).find(ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })

  it('leaves nothing to a client that does not come within a minute, or for a longer time than relays have', async () => {
    const before = newRelays()
    const { ticket } = before.open(wanted)
    const kept = before.handOver()
    const after = next(kept)
    await clock.pass(MINUTE)
    expect(() => after.find(ticket, 'bot-id')).toThrow(expect.objectContaining(over))
    const longer = kept.map((each) => ({
      ...each,
      keptAt: clock.now(),
      until: new Date(clock.now().getTime() + 13 * HOUR)
    }))
    expect(() => next(longer).find(ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })
})

describe('a client that comes back to its relay', () => {
  it('keeps it, and the connection that it had before ends without ending the relay', async () => {
    const relays = newRelays()
    const first = relays.open(wanted)
    const second = relays.keep(first.ticket, 'bot-id')
    expect(await first.ended).toBe('over')
    first.release()
    expect(relays.find(first.ticket, 'bot-id')).toEqual(wanted)
    second.release()
    expect(() => relays.find(first.ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })

  it('does not keep it beyond the end of what allowed it', async () => {
    const before = newRelays()
    const { ticket } = before.open(wanted)
    const after = next(before.handOver())
    const { ended } = after.keep(ticket, 'bot-id')
    underWay.endWhere(() => true)
    expect(await ended).toBe('over')
    expect(() => after.find(ticket, 'bot-id')).toThrow(expect.objectContaining(over))
  })

  it('has a row written before and after; without the first it does not go on', async () => {
    const of = await handOutWorld()
    const relay = await of.handOut.goOn(wanted, of.caller)
    expect(relay).toMatchObject({ host: 'api.stripe.com:443', entry: { ref: { service: 'stripe' } } })
    await relay.closed()
    expect(of.rows).toMatchObject([
      { kind: 'intent', action: 'relay', host: 'api.stripe.com:443', reason: null },
      { kind: 'outcome', of: 1 }
    ])
    of.state.isAuditFull = true
    await expect(of.handOut.goOn(wanted, of.caller)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    of.state.isAuditFull = false
    await of.handOut.noteOver(of.caller)
    expect(of.rows[2]).toMatchObject({
      kind: 'refused',
      action: 'relay',
      client: 'bot-id',
      code: 'relay-over'
    })
    const gone = { ...wanted, credential: '["github","default"]' }
    await expect(of.handOut.goOn(gone, of.caller)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })
})
