import type { ApiKeyProvider, OAuthProvider, PasswordProvider } from '../../core/provider.ts'
import { accountRows } from '../provider-rows/accounts.ts'
import { codeHostRows } from '../provider-rows/code-hosts.ts'
import { developerKeyRows } from '../provider-rows/developer-keys.ts'
import { modelKeyRows } from '../provider-rows/model-keys.ts'
import { projectRows } from '../provider-rows/projects.ts'
import { workplaceRows } from '../provider-rows/workplaces.ts'

/** Services that a person signs in to, in the order of the gallery. */
export const oauthRows: readonly OAuthProvider[] = [...codeHostRows, ...accountRows, ...workplaceRows]

/** Services that hand out keys. */
export const apiKeyRows: readonly ApiKeyProvider[] = [...developerKeyRows, ...modelKeyRows]

/** Products whose projects sign people in by a password. */
export const passwordRows: readonly PasswordProvider[] = projectRows
