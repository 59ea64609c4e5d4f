import { useLayoutEffect } from 'react'
import type { Preferences } from '#shared/preferences.ts'

/** The stylesheet follows the system unless the document says otherwise. */
export function applyTheme(theme: Preferences['theme']): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
}

export function useTheme(preferences: Preferences | null): void {
  useLayoutEffect(() => {
    if (preferences === null) return
    applyTheme(preferences.theme)
    document.documentElement.dataset['density'] = preferences.density
  }, [preferences])
}
