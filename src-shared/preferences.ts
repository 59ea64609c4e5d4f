import * as v from 'valibot'
import { type Preferences, preferences } from './ipc.ts'

export const defaultPreferences: Preferences = {
  theme: 'system',
  density: 'comfortable',
  alwaysUseBrowser: false,
  browserFor: [],
  keepFresh: {},
  keepRunning: true,
  allowEncryptedFiles: false
}

/** Choice by choice, so that one that can not be read does not take the others with it. */
export function readPreferences(stored: unknown): Preferences {
  const found = v.safeParse(v.record(v.string(), v.unknown()), stored)
  const value: Record<string, unknown> = { ...defaultPreferences }
  for (const [name, schema] of Object.entries(preferences.entries)) {
    const choice = v.safeParse(schema, found.success ? found.output[name] : undefined)
    if (choice.success) value[name] = choice.output
  }
  return v.parse(preferences, value)
}
