import type { CredentialsView } from '#shared/broker/credential-views.ts'
import type { ArgumentsOf } from '#shared/socket-requests.ts'
import type { Config } from '../config.ts'
import { toSummary } from '../core/list/summary.ts'
import { credentialViews } from '../core/requests/credential-views.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import { storeSeen } from './store.ts'

/**
 * Reads what a home lists, and asks its store how it is; creates nothing. Who may use what is not read. Throws
 * CONFIG_INVALID and CREDENTIAL_UNREADABLE.
 */
export async function credentialsSeen(
  config: Config,
  wish: ArgumentsOf<'viewCredentials'>[0]
): Promise<CredentialsView> {
  const catalog = await readCatalogFile(homeLayout(config.home).catalog)
  const now = new Date()
  const summaries = (catalog?.entries ?? []).map((entry) => toSummary(entry, { now, refreshingSince: null }))
  return await credentialViews(
    {
      feed: { summaries: () => summaries },
      approvals: { list: () => [] },
      clients: { find: () => null },
      health: async () => (await storeSeen(config)).health
    },
    wish
  )
}
