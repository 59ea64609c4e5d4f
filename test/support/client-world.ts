import { vi } from 'vitest'
import { ApprovalRequired, connect, type AskOptions, type Latchkey } from '../../src-main/client.ts'
import type { UseWorld } from './use-world.ts'

/** Connects to the vault of a world as a program of the person does, in the process of the test. */
export async function connectTo(world: UseWorld): Promise<Latchkey> {
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value)
  return await connect()
}

/** Gives the value of a token; if the person is asked, they allow it for ten minutes. Rejects as `getToken`. */
export async function allowedToken(
  world: UseWorld,
  client: Latchkey,
  service: string,
  options: AskOptions = {}
): Promise<string> {
  try {
    return await client.getToken(service, options)
  } catch (error) {
    if (!(error instanceof ApprovalRequired)) throw error
    await world.answer('10-minutes')
    return await client.getToken(service, options)
  }
}
