import type { ProposalView } from '#shared/broker/proposals.ts'
import { useFollowed, useNow, useVault } from './vault-context.tsx'

/** The proposals that wait for the person; none while they are not known. The vault says nothing when one has run out. */
export function useWaiting(): readonly ProposalView[] {
  const found = useFollowed(useVault().activity.proposals)
  const now = useNow()
  if (found.kind !== 'ready') return []
  return found.value.filter(({ until }) => Date.parse(until) > now)
}
