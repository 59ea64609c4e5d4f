import { expect } from 'vitest'
import { browse } from './openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from './openid-provider.ts'
import { TerminalSignIn } from './terminal-sign-in.ts'

/** A vault without windows in which alice is signed in at a real provider. */
export type SignedInWorld = {
  readonly op: OpenIdProvider
  readonly world: TerminalSignIn
  /** Id of the service of the one entry. */
  readonly service: string
  readonly end: () => Promise<void>
}

export async function startSignedInWorld(): Promise<SignedInWorld> {
  const op = await startOpenIdProvider()
  const world = await TerminalSignIn.start()
  const running = world.signIn(['Example', '--issuer', op.issuer, '--client-id', op.clientId])
  await browse(await world.opened(), { login: 'alice' })
  expect(await running.ended).toBe(0)
  const [entry] = (await world.snapshot()).credentials
  const end = async (): Promise<void> => {
    await world.end()
    await op.close()
  }
  return { op, world, service: entry?.service ?? '', end }
}
