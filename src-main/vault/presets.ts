import type { CatalogEntry } from '../core/credential-record.ts'
import type { AccessPreset } from '../core/use/access-preset.ts'
import { accessPresets } from '../oauth/provider-rows/access-presets.ts'
import { apiKeyRows } from '../oauth/providers/providers.ts'

/** The presets of every service that has one, by its id. */
export const presets: ReadonlyMap<string, AccessPreset> = new Map(
  accessPresets.map((preset) => [preset.service, preset])
)

/** Null: the service has none. */
export const presetOf = ({ ref }: Pick<CatalogEntry, 'ref'>): AccessPreset | null =>
  presets.get(ref.service) ?? null

/** The hosts that are known of a service. Empty: none are. */
export function knownHosts(service: string): readonly string[] {
  const row = apiKeyRows.find(({ id }) => id === service)
  return row?.allowedHosts ?? presets.get(service)?.hosts ?? []
}
