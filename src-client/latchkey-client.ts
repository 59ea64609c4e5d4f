import type { TokenView } from '#shared/broker/tokens.ts'
import type { HandOutRequest, RevealAnswer } from '#shared/broker/use.ts'
import { currentRun } from '../src-cli/client/run-secret.ts'
import { whereabouts } from '../src-cli/client/whereabouts.ts'
import type { VaultConnection } from '../src-socket/vault-connection.ts'
import { approvalRequired, errorFor } from './errors.ts'
import type { AskOptions, Latchkey, NewToken, SetOptions, TokenMetadata, Which } from './face.ts'
import { send } from './send.ts'

/** Seconds for which a token lives if its program does not say. */
const LIFE_SECONDS = 3600

/**
 * The client of the vault for programs. Each call has a connection of its own, so calls run side by side and nothing
 * keeps the program alive. Metadata is kept in memory, tokens never.
 */
export function latchkeyClient(open: () => Promise<VaultConnection>): Latchkey {
  const known = new Map<string, TokenMetadata>()

  async function ask<T>(name: string, args: unknown, scope: string | null, service: string): Promise<T> {
    try {
      const vault = await open()
      try {
        return (await vault.ask(name, args)) as T
      } finally {
        vault.close()
      }
    } catch (error) {
      throw errorFor(error, { service, scope })
    }
  }

  /** `account`: as the program names it. Null: it names none. */
  function note(service: string, account: string | null, view: TokenView | null): void {
    known.delete(nameOf(service, account))
    if (view === null) return
    const { service: _service, isUsable: _usable, ...metadata } = view
    known.set(nameOf(service, account), metadata)
  }

  async function look(
    service: string,
    account: string | null,
    scope: string | null
  ): Promise<TokenView | null> {
    const view = await ask<TokenView | null>(
      'viewToken',
      { service, account, scope, ...whereabouts() },
      scope,
      service
    )
    note(service, account, view)
    return view
  }

  return {
    request: async (service, url, options = {}) => {
      try {
        return await send(open, {
          service,
          url: String(url),
          options,
          own: { ...currentRun(), ...whereabouts() }
        })
      } catch (error) {
        throw errorFor(error, { service, scope: options.scope ?? null })
      }
    },
    setToken: async (service, token, options = {}) => {
      const given = givenToken(service, token, options)
      note(service, options.account ?? null, await ask<TokenView>('setToken', given, null, service))
    },
    getToken: async (service, options = {}) => {
      const wish = wishOf(service, options)
      const answer = await ask<RevealAnswer>('reveal', wish, wish.scope, service)
      if (answer.kind === 'question') throw approvalRequired()
      await look(service, wish.account, wish.scope)
      return answer.value
    },
    isAuthenticated: async (service, { account, scope } = {}) =>
      (await look(service, account ?? null, scope ?? null))?.isUsable ?? false,
    getCachedMetadata: (service, { account } = {}) => known.get(nameOf(service, account ?? null)) ?? null,
    clearToken: async (service, { account }: Which = {}) => {
      const which = { service, account: account ?? null }
      known.delete(nameOf(service, which.account))
      return await ask<boolean>('clearToken', which, null, service)
    }
  }
}

const nameOf = (service: string, account: string | null): string => JSON.stringify([service, account])

function givenToken(service: string, token: NewToken, options: SetOptions) {
  const { accessToken, refreshToken = null, expiresIn = LIFE_SECONDS, scopes = [] } = token
  const { account = null, clientId = null, replace = false } = options
  return { service, account, accessToken, refreshToken, clientId, expiresIn, scopes, replace }
}

function wishOf(service: string, { account, scope, reason, waits }: AskOptions): HandOutRequest {
  return {
    service,
    account: account ?? null,
    host: null,
    scope: scope ?? null,
    reason: reason ?? null,
    waits: waits ?? true,
    ...currentRun(),
    ...whereabouts()
  }
}
