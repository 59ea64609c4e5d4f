import type { Config } from '../config.ts'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../core/ports.ts'
import { forkHelper } from '../storage/keychain/helper-process.ts'
import { helperKeytarLoader } from '../storage/keychain/keychain-client.ts'
import type { KeytarLoader } from '../storage/keychain/keychain-adapter.ts'

/** The process ends with the command, so an alarm must not keep it alive. */
export const commandClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  }
}

/** Says a sentence to a person, beside what a command writes. */
export const commandWarn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/** The keychain behind a helper process, which runs as source under Node's type stripping. */
export function commandKeychain(): KeytarLoader {
  const helper = new URL('../storage/keychain/keychain-helper.ts', import.meta.url)
  return helperKeytarLoader(forkHelper(fileURLToPath(helper)))
}

/** What opening the home of the settings needs of a command. */
export function commandPorts(config: Config) {
  return { config, clock: commandClock, warn: commandWarn, keychain: commandKeychain() }
}
