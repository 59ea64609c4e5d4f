import type { AccessPreset } from './access-preset.ts'

/** The name of an environment variable and its value. */
export type Variable = { readonly name: string; readonly value: string }

const DIGITS = '0123456789abcdef'

/**
 * The variables for a program that shall use a relay: its address where the program reads the base URL, and a
 * dummy in the shape of a key, which opens nothing, where the program reads the key.
 */
export function runVariables(preset: AccessPreset | null, relayUrl: string): readonly Variable[] {
  const run = preset?.run ?? null
  if (run === null) return []
  const dummy = dummyKey(run.dummy)
  return [
    ...run.baseUrl.map(({ name, path }) => ({ name, value: `${relayUrl}${path}` })),
    ...run.key.map((name) => ({ name, value: dummy }))
  ]
}

function dummyKey({ prefix, length }: { readonly prefix: string; readonly length: number }): string {
  const count = Math.max(0, length - prefix.length)
  return prefix + Array.from({ length: count }, (_, at) => DIGITS[at % DIGITS.length]).join('')
}
