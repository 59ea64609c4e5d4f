import type { Clock, CredentialRepository } from '../core/ports.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { ExtensionSettings } from '../storage/views/extension-settings.ts'
import { McpTokenStorage } from '../storage/views/mcp-token-storage.ts'
import { type LazyAccess, lazyAccess } from '../storage/views/named-access.ts'
import type { ViewPorts } from '../storage/views/named-entries.ts'
import { ProviderKeyStorage } from '../storage/views/provider-key-storage.ts'
import { ToolKeyStorage } from '../storage/views/tool-key-storage.ts'

/**
 * Other interfaces to credentials of the one store; what is saved through them is listed like everything
 * else.
 */
export type VaultViews = {
  readonly providerKeys: LazyAccess<ProviderKeyStorage>
  readonly toolKeys: LazyAccess<ToolKeyStorage>
  readonly mcpTokens: LazyAccess<McpTokenStorage>
  /** The settings of the extension of that name, whose `.env` is in `folder`. Throws INVALID_REQUEST. */
  readonly extensionSettings: (extension: string, folder: string) => ExtensionSettings
}

type Basis = {
  readonly repository: CredentialRepository
  readonly clock: Pick<Clock, 'now'>
  readonly tokens: Pick<TokenService, 'exclusively'>
  readonly catalog: Pick<Catalog, 'preference' | 'setPreference'>
}

/** The views of one vault; each is opened at its first use. */
export function vaultViews({ repository, clock, tokens, catalog }: Basis): VaultViews {
  const ports: ViewPorts = {
    repository,
    clock,
    exclusively: (ref, task) => tokens.exclusively(ref, task)
  }
  return {
    providerKeys: lazyAccess(() => new ProviderKeyStorage(ports)),
    toolKeys: lazyAccess(() => new ToolKeyStorage({ ...ports, paths: catalog })),
    mcpTokens: lazyAccess(() => new McpTokenStorage(ports)),
    extensionSettings: (extension, folder) => new ExtensionSettings({ ...ports, extension, folder })
  }
}
