import { isAbsolute, normalize, win32 } from 'node:path'
import { expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { readConfig } from '../../../src-main/config.ts'
import { parseBackendConfig } from '../../../src-main/storage/backends/backend-config.ts'
import { mutate } from '../../fault/mutations.ts'
import { pick, type Random } from '../../fault/oauth-input.ts'
import { several, trials, tryAll } from './trials.ts'

const pieces = [
  '/',
  '//',
  '.',
  '..',
  '~',
  '~ana',
  'home',
  'ana',
  ' ',
  '\\',
  'C:',
  'c:/',
  'C:\\',
  '\\\\server\\share',
  '$HOME',
  '%USERPROFILE%',
  'file://',
  '\n',
  '\t',
  'é',
  '例え',
  '\u202E',
  '-',
  '"',
  "'",
  '*',
  'x'.repeat(300),
  '/proc/self',
  '/dev/null'
]
const systems = ['linux', 'darwin', 'win32'] as const
const variables = ['LATCHKEY_HOME', 'HOME', 'USERPROFILE', 'XDG_DATA_HOME', 'LOCALAPPDATA']

function path(random: Random): string {
  const text = several(random, 5, () => pick(random, pieces)).join('')
  return random() < 0.1 ? mutate(Buffer.from(text || '/'), random).toString('latin1') : text
}

/** Null: the path is refused, by an error of ours that does not quote it. */
function orNull<T>(read: () => T, given: readonly string[]): T | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'CONFIG_INVALID') throw error
    for (const text of given) if (text.length > 8) expect(error.message).not.toContain(text)
    return null
  }
}

const isWhole = (text: string, system: NodeJS.Platform): boolean =>
  system === 'win32' ? win32.isAbsolute(text) && win32.parse(text).root.length > 1 : isAbsolute(text)

it(
  `a vault is in a folder that is named whole, or nowhere (${trials.toLocaleString('en')} environments)`,
  { timeout: 900_000 },
  async () => {
    await tryAll((random) => {
      const system = pick(random, systems)
      const env = Object.fromEntries(
        variables.flatMap((name) => (random() < 0.5 ? [[name, path(random)]] : []))
      )
      const config = orNull(() => readConfig(env, [], system), Object.values(env))
      if (config === null) return
      expect([env, isWhole(config.home, system)]).toEqual([env, true])
      const named = env['LATCHKEY_HOME'] ?? ''
      if (named !== '') expect(config.home).toBe(named)
    })
  }
)

it(
  `a store is in a folder that is named whole, or nowhere (${trials.toLocaleString('en')} settings)`,
  { timeout: 900_000 },
  async () => {
    await tryAll((random) => {
      const directory = path(random)
      const type = pick(random, ['plain', 'sops', 'passphrase', 'encrypted-file', 'file', 'custom'])
      const text = JSON.stringify({
        store: { type, [pick(random, ['directory', 'ageKeyFile', 'module'])]: directory }
      })
      const config = orNull(() => parseBackendConfig('latchkey.yaml', text), [directory])
      for (const value of Object.values(config ?? {})) {
        if (value === directory && value !== type)
          expect([directory, isAbsolute(normalize(directory)) || directory.startsWith('~/')]).toEqual([
            directory,
            true
          ])
      }
    })
  }
)
