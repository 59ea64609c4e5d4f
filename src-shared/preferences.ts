import * as v from 'valibot'
import { serviceId } from './credential.ts'
import { readChoices } from './read-choices.ts'

export const preferences = v.strictObject({
  theme: v.picklist(['system', 'light', 'dark']),
  density: v.picklist(['comfortable', 'compact']),
  alwaysUseBrowser: v.boolean(),
  /** Providers whose page did not work in the sign-in window: the browser is used there. */
  browserFor: v.pipe(v.array(serviceId), v.maxLength(1000)),
  /** Services whose sign-ins are renewed although nobody uses them, or are not, where that is not the default. */
  keepFresh: v.record(serviceId, v.boolean()),
  /** Closing the window hides it and tokens go on being refreshed; false: closing it quits. */
  keepRunning: v.boolean(),
  /** What closing does in place of hiding where the desktop shows no tray to bring the window back. */
  withoutTray: v.picklist(['quit', 'minimize']),
  /** A secret may be shown on the screen when the person asks for it. */
  showSecrets: v.boolean(),
  /** Minutes without a key or a mouse anywhere after which the vault is locked. Null: never. */
  lockAfter: v.nullable(v.picklist([1, 5, 10, 30, 60])),
  lockOnSleep: v.boolean(),
  lockWithScreen: v.boolean(),
  /** Consent to keep secrets in files sealed by a key that is beside them, when no keychain answers. */
  allowEncryptedFiles: v.boolean()
})
export type Preferences = v.InferOutput<typeof preferences>

export const defaultPreferences: Preferences = {
  theme: 'system',
  density: 'comfortable',
  alwaysUseBrowser: false,
  browserFor: [],
  keepFresh: {},
  keepRunning: true,
  withoutTray: 'quit',
  showSecrets: true,
  lockAfter: 10,
  lockOnSleep: true,
  lockWithScreen: true,
  allowEncryptedFiles: false
}

/** What closing the main window does. */
export function closingOf(
  { keepRunning, withoutTray }: Pick<Preferences, 'keepRunning' | 'withoutTray'>,
  hasTray: boolean
): 'hide' | 'minimize' | 'quit' {
  if (!keepRunning) return 'quit'
  return hasTray ? 'hide' : withoutTray
}

/** Choice by choice; one that is missing or unreadable has its default. */
export function readPreferences(stored: unknown): Preferences {
  return v.parse(preferences, readChoices(preferences.entries, stored, defaultPreferences))
}
