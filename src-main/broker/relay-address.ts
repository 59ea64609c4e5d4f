import { VaultError } from '#shared/problem.ts'
import { openRelayServer } from '../../src-socket/relay-server.ts'
import type { OpenedRelay } from '../core/use/hand-out.ts'
import type { PermissionCaller } from '../core/use/permission.ts'
import { runVariables, variablesAt } from '../core/use/run-variables.ts'
import type { UseService } from '../core/use/use-service.ts'
import type { RelayAddress } from '../core/use/window-relays.ts'
import { relayedHeaders } from './relayed-headers.ts'

type Options = {
  /** Who the relay was allowed to; every request through it is written down as theirs. */
  readonly caller: PermissionCaller
  readonly scope: string | null
}

/** Opens the address of a relay that the person has opened in the window. */
export async function openAddress(
  service: Pick<UseService, 'use'>,
  { entry, host, preset }: OpenedRelay,
  { caller, scope }: Options
): Promise<RelayAddress> {
  const server = await openRelayServer(async ({ method, path, headers, body }, signal) => {
    const use = {
      ...entry.ref,
      method,
      url: `https://${host}${path}`,
      headers: relayedHeaders(headers, preset),
      body: body === null ? null : () => body,
      scope,
      reason: null,
      waits: false,
      isPermitted: true
    } as const
    const outcome = await service.use(use, { ...caller, signal })
    if (outcome.kind === 'question') throw new VaultError('INTERNAL')
    return outcome.answer
  })
  return { ...server, variables: variablesAt(runVariables(preset), server.url) }
}
