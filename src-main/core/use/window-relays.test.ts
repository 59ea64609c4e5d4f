import { describe, expect, it, onTestFinished } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { settle } from '../testing/fake-clock.ts'
import { handOutWorld } from '../testing/hand-out-world.ts'
import { RELAY_MS } from './hand-out.ts'
import { WindowRelays } from './window-relays.ts'

const stripe = { service: 'stripe', account: 'default' }

/** The relays of a window over real hand-outs; the addresses are only counted. */
async function windowWorld() {
  const of = await handOutWorld()
  const state = { opened: 0, closed: 0, changes: 0, fault: null as Error | null }
  const relays = new WindowRelays({
    clock: of.clock,
    handOut: of.handOut,
    openAddress: async () => {
      if (state.fault !== null) throw state.fault
      state.opened += 1
      const close = (): void => void (state.closed += 1)
      return { url: `http://127.0.0.1:1/${String(state.opened)}`, variables: [], close }
    },
    onChange: () => void (state.changes += 1)
  })
  onTestFinished(() => relays.closeAll())
  return { ...of, relays, opening: state }
}

describe('a relay that the person opens in the window', () => {
  it('asks no question, and is written down as the window’s before it is open and when it is closed', async () => {
    const { approvals, opening, relays, rows } = await windowWorld()
    await relays.open(stripe, null)
    expect(approvals.questions.list()).toEqual([])
    expect(relays.find(stripe)).toMatchObject({ host: 'api.stripe.com:443' })
    expect(rows).toMatchObject([{ kind: 'intent', action: 'relay', client: 'window', clientName: 'window' }])
    await relays.close(stripe)
    expect(rows[1]).toMatchObject({ kind: 'outcome', of: 1, client: 'window' })
    expect(relays.find(stripe)).toBeNull()
    expect(opening).toMatchObject({ opened: 1, closed: 1, changes: 2 })
  })

  it('keeps to the hosts of the credential and to the rules of the window', async () => {
    const of = await windowWorld()
    await expect(of.relays.open(stripe, 'evil.example')).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
    of.state.rules = null
    await expect(of.relays.open(stripe, null)).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    expect(of.rows.map(({ kind, client, code }) => [kind, client, code])).toEqual([
      ['refused', 'window', 'host'],
      ['refused', 'window', 'policy']
    ])
    expect(of.opening.opened).toBe(0)
  })

  it('is not opened if that can not be written down', async () => {
    const of = await windowWorld()
    of.state.isAuditFull = true
    await expect(of.relays.open(stripe, null)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    expect(of.opening.opened).toBe(0)
  })

  it('is opened once by two presses', async () => {
    const { opening, relays, rows } = await windowWorld()
    await Promise.all([relays.open(stripe, null), relays.open(stripe, 'files.stripe.com:8443')])
    expect(opening.opened).toBe(1)
    expect(relays.find(stripe)).toMatchObject({ host: 'api.stripe.com:443' })
    expect(rows).toHaveLength(1)
  })

  it('ends with the lock or the credential, and only then', async () => {
    const { approvals, opening, relays } = await windowWorld()
    await relays.open(stripe, null)
    approvals.revokeCredential('["github","ana"]')
    await settle()
    expect(relays.find(stripe)).not.toBeNull()
    approvals.given.lock()
    await settle()
    expect(relays.find(stripe)).toBeNull()
    expect(opening.closed).toBe(1)
  })

  it('ends after its longest life', async () => {
    const { clock, opening, relays, rows } = await windowWorld()
    await relays.open(stripe, null)
    await clock.pass(RELAY_MS - 60_000)
    expect(relays.find(stripe)).not.toBeNull()
    await clock.pass(60_000)
    expect(relays.find(stripe)).toBeNull()
    expect(opening.closed).toBe(1)
    expect(rows[1]).toMatchObject({ kind: 'outcome', of: 1 })
  })

  it('leaves no intent open if the system gives it no address', async () => {
    const { opening, relays, rows } = await windowWorld()
    opening.fault = new VaultError('INTERNAL')
    await expect(relays.open(stripe, null)).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(rows.map(({ kind }) => kind)).toEqual(['intent', 'outcome'])
    expect(relays.find(stripe)).toBeNull()
  })

  it('can be opened again after it was closed, at another address', async () => {
    const { relays } = await windowWorld()
    await relays.open(stripe, null)
    const first = relays.find(stripe)?.address.url
    await relays.close(stripe)
    await relays.close(stripe)
    await relays.open(stripe, 'files.stripe.com:8443')
    expect(relays.find(stripe)).toMatchObject({ host: 'files.stripe.com:8443' })
    expect(relays.find(stripe)?.address.url).not.toBe(first)
  })
})
