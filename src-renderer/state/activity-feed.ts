import type { VaultBridge } from '#shared/bridge.ts'
import { Follower } from './followed.ts'

/** Most rows of the log that the window looks at. */
export const MOST_ROWS = 1000
const newest = { limit: MOST_ROWS, credential: null, client: null, kind: null }

/** What programs may do and did, for every place of the window that shows it. */
export function createActivityFeed(bridge: VaultBridge) {
  const onChange = whileShown((listener) => bridge.on('activityChanged', listener))
  return {
    log: new Follower({ ask: () => bridge.listAudit(newest), onChange }),
    approvals: new Follower({ ask: () => bridge.listApprovals(), onChange }),
    clients: new Follower({ ask: () => bridge.listClients(), onChange }),
    proposals: new Follower({ ask: () => bridge.listProposals(), onChange }),
    relays: new Follower({
      ask: () => bridge.listRelays(),
      onChange: whileShown((listener) => bridge.on('relaysChanged', listener))
    })
  }
}

export type ActivityFeed = ReturnType<typeof createActivityFeed>

type Subscribe = (listener: () => void) => () => void

/** Passes news on while the window can be seen; what was missed is told once when it is seen again. */
function whileShown(subscribe: Subscribe): Subscribe {
  return (listener) => {
    let isOwed = false
    const look = (): void => {
      if (document.hidden || !isOwed) return
      isOwed = false
      listener()
    }
    const stop = subscribe(() => {
      isOwed = true
      look()
    })
    document.addEventListener('visibilitychange', look)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', look)
    }
  }
}
