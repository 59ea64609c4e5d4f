import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'

describe('signing in at a certified OpenID provider', () => {
  let op: OpenIdProvider

  beforeEach(async () => {
    op = await startOpenIdProvider()
  })
  afterEach(() => op.close())

  it('ends with a stored credential that is labelled with the account and hands out its token', async () => {
    const world = oauthWorld()
    await world.signIns.start(signInRequest(op))
    const page = await browse(world.surface.last.view.url)
    const ref = refOf(await ending(world))

    expect(page.status).toBe(200)
    expect(ref.account).toBe('alice@example.test')
    expect(world.progress.map(({ state }) => state.kind)).toEqual(['waiting', 'redeeming', 'done'])
    const token = await world.tokens.getToken(ref, { scope: 'registry:read' })
    const issued = op.issued().find(({ kind }) => kind === 'access-token')
    expect(token.expose((text) => text)).toBe(issued?.value)
  })
})
