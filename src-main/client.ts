import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openVault } from '../src-cli/client/vault-client.ts'
import { errorFor } from '../src-client/errors.ts'
import { type ConnectOptions, type Latchkey, LatchkeyError } from '../src-client/face.ts'
import { latchkeyClient } from '../src-client/latchkey-client.ts'
import { readConfig } from './config.ts'

export * from '../src-client/face.ts'

/** The one value of the face that is made here; the face describes it. */
export async function connect({ keyFile }: ConnectOptions = {}): Promise<Latchkey> {
  const { clientKey, home } = configOf()
  const serveCommand = (options: readonly string[]): readonly [string, ...string[]] => [
    process.execPath,
    ...options,
    commandLine(),
    'serve'
  ]
  const open = async () =>
    await openVault({
      home: () => home,
      keyFile: () => keyFile ?? clientKey,
      serveCommand,
      // Loaded only where no vault runs.
      holdStart: async () => {
        const { canHoldStart, startElsewhere } = await import('../src-cli/client/start-elsewhere.ts')
        if (!canHoldStart()) return await startElsewhere(serveCommand([]))
        return await (await import('./home/hold-home.ts')).holdStart(home, 0)
      }
    })
  try {
    const vault = await open()
    vault.close()
  } catch (error) {
    throw errorFor(error, { service: '', scope: null })
  }
  return latchkeyClient(open)
}

function configOf() {
  try {
    return readConfig()
  } catch (error) {
    throw new LatchkeyError(error instanceof Error ? error.message : '', { code: 'CONFIG_INVALID' })
  }
}

/** The command line, from the build and from the sources. */
function commandLine(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = ['../..', '..'].map((up) => join(here, up, 'bin', 'latchkey.mjs'))
  return places.find((place) => existsSync(place)) ?? 'latchkey.mjs'
}
