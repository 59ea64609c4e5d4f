import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { connect, LatchkeyError } from '../../../src-main/client.ts'
import { createScanner, type Found } from '../../support/canary-scan.ts'
import { allowedToken, connectTo } from '../../support/client-world.ts'
import { recordSocket, shownProcesses, type SocketRecorder } from '../../support/socket-recorder.ts'
import { UseWorld } from '../../support/use-world.ts'

const ACCESS = `access_${randomBytes(24).toString('hex')}`
const REFRESH = `refresh_${randomBytes(24).toString('hex')}`
const scan = createScanner([
  { kind: 'access-token', value: ACCESS },
  { kind: 'refresh-token', value: REFRESH }
])

let world: UseWorld
let recorder: SocketRecorder
beforeAll(async () => {
  world = await UseWorld.start({ keys: {}, services: ['canary'] })
  await connectTo(world)
  recorder = await recordSocket(world.home)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.end()
  recorder.close()
})

/** Every file of the home; the store seals its own. */
function foundInFiles(folder: string): readonly Found[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return foundInFiles(path)
    return statSync(path).isFile() ? scan(readFileSync(path)) : []
  })
}

it('a token that a program sets, looks at, uses and clears is in no file, no error and no process', async () => {
  const client = await connect()
  const said: string[] = []
  const failing = async (promise: Promise<unknown>): Promise<void> => {
    const error: unknown = await promise.then(
      () => null,
      (reason: unknown) => reason
    )
    expect(error).toBeInstanceOf(LatchkeyError)
    const { message, stack, help, code } = error as LatchkeyError
    said.push(`${message} ${stack ?? ''} ${help} ${code}`)
  }
  const processes: string[] = []
  world.handle = (_request, response) => {
    processes.push(...shownProcesses(world.home))
    response.writeHead(200, { 'x-echo': ACCESS }).end(`it is ${ACCESS}`)
  }
  recorder.begin()
  await client.setToken('canary', { accessToken: ACCESS, refreshToken: REFRESH, scopes: ['read'] })
  await client.isAuthenticated('canary')
  said.push(JSON.stringify(client.getCachedMetadata('canary')))
  await failing(client.getToken('canary', { scope: 'read', waits: false }))
  await world.answer('denied')
  await failing(client.setToken('canary', { accessToken: `${ACCESS}\n${REFRESH}` }))
  await failing(client.setToken('Not A Service', { accessToken: ACCESS }))
  await world.allow('canary')
  const response = await client.request('canary', `${world.origin}/`)
  said.push(JSON.stringify([...response.headers]), await response.text())
  expect(processes.length).toBeGreaterThan(0)
  expect([...said, ...processes].flatMap((text) => scan(text))).toEqual([])
  // Until it is given out, the vault says nothing of it to anyone.
  expect(recorder.answered().flatMap((bytes) => scan(bytes))).toEqual([])
  expect(await allowedToken(world, client, 'canary')).toBe(ACCESS)
  expect(foundInFiles(world.home)).toEqual([])
  await client.clearToken('canary')
  expect(foundInFiles(world.home)).toEqual([])
})

it('the search finds what is planted', () => {
  expect(scan(`x${ACCESS}y`)).not.toEqual([])
  expect(scan(Buffer.from(REFRESH).toString('base64'))).not.toEqual([])
})
