import type { Preferences } from '#shared/preferences.ts'
import { useReady, useVault } from './vault-context.tsx'
import { useTell } from '../toasts/toaster.tsx'

/** Changes a preference at once in this window, and reverts it if the vault refuses. */
export function usePreferences(): readonly [Preferences, (part: Partial<Preferences>) => Promise<boolean>] {
  const { preferences } = useReady()
  const { bridge, store } = useVault()
  const tell = useTell()
  async function change(part: Partial<Preferences>): Promise<boolean> {
    const wanted = { ...preferences, ...part }
    store.patch({ preferences: wanted })
    const result = await bridge.setPreferences(wanted)
    store.patch({ preferences: result.ok ? result.value : preferences })
    if (!result.ok) tell.failed(result.problem)
    return result.ok
  }
  return [preferences, change]
}
