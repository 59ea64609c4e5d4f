import type { Config } from '../config.ts'
import type { Clock } from '../core/ports.ts'
import { defaultKeychainLoader } from '../storage/keychain/keychain-client.ts'

/** The process ends with the command, so an alarm must not keep it alive. */
export const commandClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  }
}

/** Writes a sentence for the person to stderr, apart from the output of the command. */
export const commandWarn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/** The ports with which a command opens the home of the settings. */
export function commandPorts(config: Config) {
  return { config, clock: commandClock, warn: commandWarn, keychain: defaultKeychainLoader() }
}
