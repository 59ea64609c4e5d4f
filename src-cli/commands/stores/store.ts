import type { StorageHealth } from '#shared/storage-health.ts'
import { type StoreList, type StoreMove, storeNames } from '#shared/stores.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

/** The view of the stores, as the composition root gives it. */
type StoreView = Pick<StoreList, 'current' | 'chosenBy' | 'entries'> & {
  readonly health: StorageHealth
  readonly move: Pick<StoreMove, 'from' | 'to'> | null
}
export type StoreCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID. */
  readonly viewStores: () => Promise<StoreView>
}

const reasons: Readonly<Record<StoreList['chosenBy'], string>> = {
  default: 'it is the default',
  file: 'the configuration file of the home says so',
  environment: 'LATCHKEY_STORE says so'
}

export const storeCommand: Command<StoreCommandPorts> = {
  run: async ({ has }, ports) => {
    const view = await ports.viewStores()
    ports.write(has('json') ? `${JSON.stringify(view, null, 2)}\n` : textOf(view))
    if (view.health.state === 'unavailable') return exitCodes.failures
    return view.health.state === 'healthy' && view.move === null ? exitCodes.ok : exitCodes.warnings
  }
}

function textOf({ current, chosenBy, entries, health, move }: StoreView): string {
  const lines = [
    `Secrets are kept in ${storeNames[current]}, because ${reasons[chosenBy]}.`,
    `${health.label}: ${health.state}, ${entries} ${entries === 1 ? 'entry' : 'entries'}`
  ]
  if (health.problem !== null) lines.push(`${health.problem.message} (${health.problem.code})`)
  if (move !== null) {
    lines.push(
      `A move from ${storeNames[move.from]} to ${storeNames[move.to]} was interrupted: latchkey move --resume, or --undo.`
    )
  }
  return `${lines.join('\n')}\n`
}
