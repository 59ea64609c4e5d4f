import { brokerRequests, type SocketRow } from './broker/requests.ts'
import { requestsThrough } from './doors.ts'
import { vaultRequests } from './ipc.ts'

/** Every request that may come through the socket. Those of the window's table are for the person. */
export const socketRequests: Readonly<Record<string, SocketRow>> = {
  ...Object.fromEntries(
    Object.entries(requestsThrough('socket', vaultRequests)).map(([name, row]) => [
      name,
      { ...row, asker: 'person' as const }
    ])
  ),
  ...brokerRequests
}
