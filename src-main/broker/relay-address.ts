import type { OpenedRelay } from '../core/use/hand-out.ts'
import type { PermissionCaller } from '../core/use/permission.ts'
import { runVariables } from '../core/use/run-variables.ts'
import type { UseService } from '../core/use/use-service.ts'
import type { RelayAddress } from '../core/use/window-relays.ts'
import { openRelay } from './relay.ts'

/** Headers in which programs send a key; through a relay they hold a dummy. */
const DUMMY_HEADERS = ['x-api-key', 'api-key', 'private-token', 'x-goog-api-key', 'dd-api-key', 'xi-api-key']

type Options = {
  /** Who the relay was allowed to; every request through it is written down as theirs. */
  readonly caller: PermissionCaller
  readonly scope: string | null
}

/** Opens the address of a relay that was allowed. */
export async function openAddress(
  service: Pick<UseService, 'use'>,
  { entry, host, preset }: OpenedRelay,
  { caller, scope }: Options
): Promise<RelayAddress> {
  const relay = await openRelay({
    origin: `https://${host}`,
    dummyHeaders: preset?.scheme.kind === 'header' ? [...DUMMY_HEADERS, preset.scheme.name] : DUMMY_HEADERS,
    use: (request, signal) =>
      service.use(
        { ...request, ...entry.ref, scope, reason: null, waits: false, isPermitted: true },
        { ...caller, signal }
      )
  })
  return { ...relay, variables: runVariables(preset, relay.url) }
}
