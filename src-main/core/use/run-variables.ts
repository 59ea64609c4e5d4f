import type { AccessPreset } from './access-preset.ts'

/** The name of an environment variable and its value. */
export type Variable = { readonly name: string; readonly value: string }

export type RunVariables = {
  /** Variables in which the program reads the base URL: the address of a relay, and what follows it. */
  readonly addresses: readonly { readonly name: string; readonly path: string }[]
  /** Variables in which it reads the key: a dummy in the shape of one, which opens nothing. */
  readonly dummies: readonly Variable[]
}

const DIGITS = '0123456789abcdef'

/** The environment variables for a program that shall use a relay; none where no program of the service is known. */
export function runVariables(preset: AccessPreset | null): RunVariables {
  const run = preset?.run ?? null
  if (run === null) return { addresses: [], dummies: [] }
  const value = dummyKey(run.dummy)
  return {
    addresses: run.baseUrl.map(({ name, path }) => ({ name, path })),
    dummies: run.key.map((name) => ({ name, value }))
  }
}

function dummyKey({ prefix, length }: { readonly prefix: string; readonly length: number }): string {
  const count = Math.max(0, length - prefix.length)
  return prefix + Array.from({ length: count }, (_, at) => DIGITS[at % DIGITS.length]).join('')
}

/** The variables of a relay at this address. */
export function variablesAt({ addresses, dummies }: RunVariables, url: string): readonly Variable[] {
  return [...addresses.map(({ name, path }) => ({ name, value: `${url}${path}` })), ...dummies]
}
