import type { AccessPreset, RunVariables } from '../../core/use/access-preset.ts'
import type { AccessRule } from '../../core/use/access-rules.ts'

/** Globs of paths by the methods that are denied there: `any`, or names separated by spaces. */
export type DeniedPaths = Readonly<Record<string, readonly string[]>>

type Facts = Pick<AccessPreset, 'service' | 'hosts' | 'source'> &
  Partial<Pick<AccessPreset, 'scheme' | 'run' | 'encodedSlash' | 'helpers'>> & {
    readonly denied?: DeniedPaths
  }

/** Makes a preset. Without other facts the credential is a bearer, no path is denied or has an encoded slash, no tool has a helper for it, and `run` is null. */
export function preset({ denied = {}, ...facts }: Facts): AccessPreset {
  const rules = Object.entries(denied).flatMap(([methods, paths]) => paths.map((path) => deny(methods, path)))
  return { scheme: { kind: 'bearer' }, encodedSlash: false, run: null, helpers: {}, ...facts, rules }
}

function deny(methods: string, path: string): AccessRule {
  return { effect: 'deny', hosts: [], methods: methods === 'any' ? 'any' : methods.split(' '), path }
}

/**
 * Makes the variables of a program. `baseUrl`: the path of each base URL by the name of its variable; `key`:
 * names of the variables of the key; last, the first letters of a key and the length of a whole one.
 */
export function variables(
  baseUrl: Readonly<Record<string, string>>,
  key: readonly string[],
  [prefix, length]: readonly [prefix: string, length: number]
): RunVariables {
  return {
    baseUrl: Object.entries(baseUrl).map(([name, path]) => ({ name, path })),
    key,
    dummy: { prefix, length }
  }
}
