import { expect, it } from 'vitest'
import { handOutWorld, rules } from '../testing/hand-out-world.ts'
import { MemoryRepository } from '../testing/memory-repository.ts'
import { sampleKey } from '../testing/samples.ts'
import { WindowRelays } from '../use/window-relays.ts'
import { relayHandlers } from './relay-requests.ts'

const ID = '["stripe","default"]'
const SECRET = 'q5Gk7w_random-part_of-43-characters_0123456'
const URL = `http://127.0.0.1:43121/${SECRET}`

async function world() {
  const { clock, handOut } = await handOutWorld()
  const repository = new MemoryRepository()
  await repository.save(sampleKey())
  const variables = [
    { name: 'STRIPE_URL', value: `${URL}/v1` },
    { name: 'STRIPE_KEY', value: 'sk_test_0123' }
  ]
  const open = new WindowRelays({
    clock,
    handOut,
    openAddress: async () => ({ url: URL, variables, close: () => undefined }),
    onChange: () => undefined
  })
  const copied: string[] = []
  const state = { hasAccess: true }
  const handlers = relayHandlers({
    relays: { open, rulesFor: () => (state.hasAccess ? rules : null) },
    repository,
    outlet: { copy: async (text) => void copied.push(text) }
  })
  return { ...handlers, copied, state }
}

it('the window hears of the hosts, and of the open address all but its random part', async () => {
  const { closeRelay, getRelay, listRelays, openRelay } = await world()
  const hosts = ['api.stripe.com', 'files.stripe.com:8443']
  expect(await getRelay(ID)).toEqual({ hosts, open: null })
  const opened = await openRelay(ID, null)
  expect(opened).toEqual({
    hosts,
    open: {
      masked: 'http://127.0.0.1:43121/••••••••',
      host: 'api.stripe.com:443',
      variables: ['STRIPE_URL', 'STRIPE_KEY'],
      openedAt: '2026-11-21T10:00:00.000Z',
      until: '2026-11-21T22:00:00.000Z'
    }
  })
  expect(await getRelay(ID)).toEqual(opened)
  expect(await listRelays()).toEqual([{ credential: ID, ...opened.open }])
  await closeRelay(ID)
  expect(await listRelays()).toEqual([])
  expect((await getRelay(ID)).open).toBeNull()
})

it('the full address, or the variables with it, goes to the clipboard alone', async () => {
  const { copied, copyRelay, openRelay } = await world()
  await openRelay(ID, null)
  expect([await copyRelay(ID, 'address'), await copyRelay(ID, 'variables')]).toEqual([null, null])
  expect(copied).toEqual([URL, `STRIPE_URL=${URL}/v1\nSTRIPE_KEY=sk_test_0123\n`])
})

it('an address that is closed is not copied', async () => {
  const { copied, copyRelay, closeRelay, openRelay } = await world()
  await openRelay(ID, null)
  await closeRelay(ID)
  await expect(copyRelay(ID, 'address')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  expect(copied).toEqual([])
})

it('a policy that leaves the window out is told apart from a credential without hosts', async () => {
  const { getRelay, state } = await world()
  state.hasAccess = false
  expect((await getRelay(ID)).hosts).toBeNull()
})

it('a credential that is not there has no relay', async () => {
  const { getRelay, openRelay } = await world()
  await expect(getRelay('["github","ana"]')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  await expect(openRelay('["github","ana"]', null)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
})
