import type { HelperQuery, HelperWishRequest, SuspectWish } from '#shared/broker/helpers.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import { shortHost } from '#shared/short-host.ts'
import type { AccountRules } from '../core/use/account-rules.ts'
import type { Question } from '../core/use/approval.ts'
import type { Helpers } from '../core/use/helpers.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type HelperAnswerPorts = {
  readonly helpers: Helpers
  readonly accountRules: Pick<AccountRules, 'deciding'>
  /** A question as it is shown to the person. */
  readonly viewOf: (question: Question) => QuestionView
}

/** The answers to the helpers of tools, for the socket. */
export function helperAnswers({ accountRules, helpers, viewOf }: HelperAnswerPorts) {
  return {
    helperCredential: async (wish: HelperWishRequest, caller: Caller): Promise<SocketAnswer> => {
      const { client, peer, signal, tell } = caller
      const onQuestion = (question: Question): void => void tell({ question: viewOf(question) })
      const chosen = chosenFor(accountRules, wish, caller)
      const found = await helpers.credential(
        { ...wish, chosen },
        { client, peer, run: null, signal, onQuestion }
      )
      if (found === null) return { value: { kind: 'none' } }
      if (found.kind === 'question') return { value: { kind: 'question', question: viewOf(found.question) } }
      const { entry, expiresAt, secret, user } = found
      const value = secret.expose((text) => text)
      const until = expiresAt?.toISOString() ?? null
      return { value: { kind: 'given', ...entry.ref, user, value, expiresAt: until } }
    },
    helperAccounts: async ({ helper }: HelperQuery, { client }: Caller): Promise<SocketAnswer> => ({
      value: (await helpers.accounts(helper, client)).map(({ entry, host, user }) => ({
        ...entry.ref,
        host: shortHost(host),
        user
      }))
    }),
    helperPlaces: async ({ helper }: HelperQuery, { client }: Caller): Promise<SocketAnswer> => ({
      value: (await helpers.everyPlace(helper, client)).map(({ entry, host, user, isAllowed }) => ({
        ...entry.ref,
        host: shortHost(host),
        user,
        isAllowed
      }))
    }),
    suspectCredential: async (wish: SuspectWish, { client }: Caller): Promise<SocketAnswer> => {
      await helpers.suspect(wish, client)
      return { value: null }
    }
  }
}

/** The account that a rule chooses for a service. The place that the tool names counts as one where it is. */
function chosenFor(
  rules: HelperAnswerPorts['accountRules'],
  { from, host, path }: HelperWishRequest,
  { client }: Caller
): (service: string) => string | null {
  const named = path === null ? [] : [`${host}/${path.replace(/^\/+/, '')}`.toLowerCase()]
  const place = { folder: '/', remotes: [], ...from }
  const asker = {
    client: client.name,
    from:
      from === undefined && named.length === 0 ? null : { ...place, remotes: [...named, ...place.remotes] }
  }
  return (service) => rules.deciding(service, asker)?.account ?? null
}
