import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  type InputRequiredResult,
  type McpServer,
  type ServerContext
} from '@modelcontextprotocol/server'
import { randomUUID } from 'node:crypto'
import type { PageToOpen } from './tools/agent-tool.ts'

/** Longest time in milliseconds that an offer stands. The code has expired by then. */
const OFFER_MS = 600_000

/** Offers a page to the person. Returns the answer to the call; null: the call goes on, and the offer beside it. */
export type PageOffer = (page: PageToOpen) => InputRequiredResult | null

/**
 * How the host of a call offers a page to the person. Null: it does not declare that it can. In the protocol of 2026-07-28
 * the offer is the answer to the call, which the host repeats; in those before it is a request beside the call.
 */
export function pageOffer({ server }: McpServer, { elicitInput, envelope }: Request): PageOffer | null {
  const declared = envelope as Readonly<Record<string, unknown>> | undefined
  const capabilities =
    declared === undefined ? server.getClientCapabilities() : declared[CLIENT_CAPABILITIES_META_KEY]
  if ((capabilities as ClientCapabilities | undefined)?.elicitation?.url === undefined) return null
  return ({ message, url }) => {
    if (declared !== undefined) {
      return inputRequired({ inputRequests: { page: inputRequired.elicitUrl({ message, url }) } })
    }
    const offer = { mode: 'url', elicitationId: randomUUID(), message, url } as const
    // Nothing is taken from the answer: what counts is the sign-in itself.
    void elicitInput(offer, { timeout: OFFER_MS }).catch(() => undefined)
    return null
  }
}

type Request = ServerContext['mcpReq']
