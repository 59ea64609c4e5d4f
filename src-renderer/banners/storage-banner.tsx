import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { StorageHealth } from '#shared/storage-health.ts'
import { useReady } from '../state/vault-context.tsx'
import { MoveBanner } from './move-banner.tsx'
import { useWindow } from '../state/window-context.tsx'
import { storageText } from '../text/list-text.ts'
import { Button } from '../ui/button.tsx'
import screen from '../screens/screens.module.css'
import styles from '../stores/storage.module.css'
import { useCheckStorage } from '../stores/use-check-storage.ts'
import { usePreferences } from '../state/use-preferences.ts'

/**
 * Warns of a weaker or missing store at every start; the warning of a weaker one can be hidden until the next
 * start.
 */
export function StorageBanner() {
  const { credentials, storage } = useReady()
  const { commands } = useWindow()
  const [hidden, setHidden] = useState(false)
  const { state } = storage
  if (state !== 'degraded' && state !== 'unavailable') return <MoveBanner />
  // The first-run screen asks for a store itself.
  if (state === 'unavailable' && credentials.size === 0) return <MoveBanner />
  if (state === 'degraded' && hidden) return <MoveBanner />
  const isPlain = storage.backend === 'plain-file'
  return (
    <>
      <MoveBanner />
      <section
        className={screen['strip']}
        data-state={isPlain ? 'unavailable' : state}
        aria-label={storageText.title}
      >
        <TriangleAlert size={16} aria-hidden="true" />
        <p>
          {isPlain && <strong className={styles['plain']}>{storageText.unencrypted} </strong>}
          {bannerOf(storage)}
        </p>
        <div className={screen['stripActions']}>
          {state === 'unavailable' && <AllowButton />}
          <Button size="small" onClick={() => commands.show({ kind: 'storage' })}>
            {storageText.look}
          </Button>
          {state === 'degraded' && (
            <Button size="small" look="quiet" onClick={() => setHidden(true)}>
              {storageText.hide}
            </Button>
          )}
        </div>
      </section>
    </>
  )
}

function bannerOf({ state, backend }: StorageHealth): string {
  if (state !== 'degraded') return storageText.bannerUnavailable
  return storageText.bannerDegraded[backend ?? 'encrypted-file'] ?? storageText.bannerWeaker
}

function AllowButton() {
  const [preferences, change] = usePreferences()
  const { checking, check } = useCheckStorage()
  async function allow(): Promise<void> {
    if (await change({ allowEncryptedFiles: true })) await check()
  }
  if (preferences.allowEncryptedFiles) {
    return (
      <Button size="small" aria-disabled={checking} onClick={() => void check()}>
        {checking ? storageText.checking : storageText.checkAgain}
      </Button>
    )
  }
  return (
    <Button size="small" aria-disabled={checking} onClick={() => void allow()}>
      {storageText.allowFiles}
    </Button>
  )
}
