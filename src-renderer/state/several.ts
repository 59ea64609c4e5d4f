import type { VaultBridge } from '#shared/bridge.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { type EntryLabels, MOST_TAGS, noLabels } from '#shared/entry-labels.ts'
import { canRefresh } from '../status/fix.ts'
import { listText } from '../text/list-text.ts'
import { severalText } from '../text/several-text.ts'
import type { Tell } from '../toasts/toaster.tsx'

type Ports = {
  readonly bridge: Pick<VaultBridge, 'refresh'>
  readonly tell: Tell
  /** Changes what the person has written about an entry. */
  readonly label: (credential: CredentialSummary, change: Partial<EntryLabels>) => Promise<void>
}

type Several = readonly CredentialSummary[]

/** Actions on several entries at once. */
export function createSeveral({ bridge, tell, label }: Ports) {
  return {
    /** Refreshes those that can be refreshed, and tells how many were. */
    async refreshSeveral(credentials: Several): Promise<void> {
      const due = credentials.filter((credential) => canRefresh(credential))
      const results = await Promise.all(due.map(({ id }) => bridge.refresh(id)))
      const failed = results.filter(({ ok }) => !ok).length
      tell.done(
        listText.refreshAllDone(results.length - failed),
        failed > 0 ? listText.refreshAllFailed(failed) : undefined
      )
    },
    /** Makes all of them favourites, or none if all of them are. */
    async favourSeveral(credentials: Several): Promise<void> {
      const isFavourite = !areFavourites(credentials)
      await Promise.all(credentials.map((credential) => label(credential, { isFavourite })))
    },
    /** Adds tags to each of them; an entry keeps the tags it has. */
    async tagSeveral(credentials: Several, added: readonly string[]): Promise<void> {
      const full = credentials.filter((credential) => withTags(credential, added).length > MOST_TAGS)
      const rest = credentials.filter((credential) => !full.includes(credential))
      await Promise.all(rest.map((credential) => label(credential, { tags: withTags(credential, added) })))
      tell.done(
        severalText.tagged(rest.length),
        full.length > 0 ? severalText.tagsFull(full.length) : undefined
      )
    }
  }
}

export function areFavourites(credentials: Several): boolean {
  return credentials.every(({ labels }) => labels?.isFavourite === true)
}

function withTags({ labels }: CredentialSummary, added: readonly string[]): string[] {
  return [...new Set([...(labels ?? noLabels).tags, ...added])]
}
