import { storeNames } from '#shared/store-names.ts'
import type { StoreView } from '#shared/stores.ts'
import { ask } from '../../client/ask.ts'
import type { HomeAnswers, ReachHomePorts } from '../../client/reach-home.ts'
import { storeState } from './store-state.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

export type StoreCommandPorts = Pick<Terminal, 'write'> & ReachHomePorts

const reasons: Readonly<Record<StoreView['chosenBy'], string>> = {
  default: 'it is the default',
  file: 'the configuration file of the home says so',
  environment: 'LATCHKEY_STORE says so'
}

export const storeCommand: Command<StoreCommandPorts> = {
  run: async ({ has, json }, { reachHome, write }) => {
    const view = await viewOf(await reachHome('start'))
    write(has('json') ? json(view) : textOf(view))
    if (view.health.state === 'unavailable') return exitCodes.failures
    return view.health.state === 'healthy' && view.move === null ? exitCodes.ok : exitCodes.warnings
  }
}

async function viewOf(home: HomeAnswers): Promise<StoreView> {
  try {
    return await ask(home, 'viewStore', [])
  } finally {
    home.close()
  }
}

function textOf({ current, chosenBy, entries, health, move }: StoreView): string {
  // The store of the keychain keeps secrets in files where it is told to, or where there is no keychain.
  const used = health.backend ?? current
  const because =
    used !== current && chosenBy !== 'environment' ? 'the keychain can’t be used' : reasons[chosenBy]
  const lines = [
    `Secrets are kept in ${storeNames[used]}, because ${because}.`,
    `${entries} ${entries === 1 ? 'entry' : 'entries'} · ${health.label}: ${storeState(health)}`
  ]
  if (health.problem !== null) lines.push(`${health.problem.message} (${health.problem.code})`)
  if (move !== null) {
    const state = move.isRunning ? 'is running' : 'was interrupted: latchkey move --resume, or --undo'
    lines.push(`A move from ${storeNames[move.from]} to ${storeNames[move.to]} ${state}.`)
  }
  return `${lines.join('\n')}\n`
}
