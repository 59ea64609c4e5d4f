import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { newCanary } from '../../test/support/canary-scan.ts'
import { channels } from './evidence.ts'
import { pagePlants } from './page-plants.ts'
import { mainPlants } from './plants.ts'
import { endWorld, launchWatched, newWorld } from './watched-vault.ts'

test.use({ trace: 'off' })
test.setTimeout(120_000)

test('a secret planted in any channel is found there, so that a silent channel is a clean one', async () => {
  const world = newWorld()
  const server = createServer((_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const foreign = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const watched = await launchWatched(world)
  const after: (() => void)[] = []
  const planted = [...mainPlants, ...pagePlants].map((row) => ({ ...row, canary: newCanary('api-key') }))
  expect(new Set(planted.map(({ channel }) => channel))).toEqual(new Set(channels))
  try {
    for (const { plant, canary } of planted) await plant({ world, watched, foreign, after }, canary.value)
    await watched.look()
  } finally {
    await watched.end()
    after.forEach((undo) => undo())
    server.close()
  }
  const missed = planted.filter(
    ({ canary, channel }) => !world.evidence.search([canary]).some((hit) => hit.channel === channel)
  )
  expect(missed.map(({ channel, place }) => `${channel}: ${place}`)).toEqual([])
  expect(world.evidence.places('network')).toContain(`peer ${new URL(foreign).host}`)
  expect(world.evidence.places('network')).toContain(`main ${foreign}`)
  expect(world.evidence.search([newCanary('api-key')])).toEqual([])
  await endWorld(world)
})
