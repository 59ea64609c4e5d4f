import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type StoreMove, storeNames, type StoreTarget } from '#shared/stores.ts'
import { VaultError } from '#shared/problem.ts'
import {
  type Command,
  type Door,
  exitCodes,
  openDoor,
  passphraseOf,
  type Terminal
} from '../../terminal/command.ts'

/** What the composition root gives. */
type StoresHandle = Door & {
  readonly left: () => StoreMove | null
  readonly move: (target: StoreTarget) => Promise<number>
  readonly resume: (passphrase: string | null) => Promise<number>
  readonly undo: () => Promise<void>
}
export type MoveCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID, and INVALID_REQUEST while the app is open. */
  readonly withStores: (
    onProgress: (move: StoreMove) => void,
    task: (stores: StoresHandle) => Promise<number>
  ) => Promise<number>
}

const usage = `latchkey move --to keychain | --to encrypted-file | --to sops --age-key-file FILE
       latchkey move --resume | --undo

  Moves every entry to another store: copies, reads back, switches, then removes from the old one. The new store
  stands in the configuration file of the home from then on. Passphrases are asked for (on a terminal, or one line
  of standard input each).

  --to       the new store; encrypted-file asks for a passphrase of 12 characters or more
  --resume   goes on with a move that was interrupted
  --undo     takes back a move that has not switched

  Exit code: 0 everything is moved, or taken back.
`

type Order =
  | { readonly kind: 'resume' | 'undo' }
  | { readonly kind: 'to'; readonly type: StoreTarget['type']; readonly keyFile: string | null }

export const moveCommand: Command<MoveCommandPorts> = {
  usage,
  run: async (args, ports) => {
    const order = orderOf(args)
    if (order === null) return null
    return await ports.withStores(teller(ports), async (stores) => {
      await openDoor(stores, ports)
      return await carryOut(order, stores, ports)
    })
  }
}

async function carryOut(order: Order, stores: StoresHandle, ports: Terminal): Promise<number> {
  const left = stores.left()
  switch (order.kind) {
    case 'undo':
      await stores.undo()
      ports.write('The move was taken back. Everything is where it was.\n')
      break
    case 'resume': {
      const asks = left?.needsPassphrase ?? false
      const passphrase = asks ? await passphraseOf(ports, 'Passphrase of the encrypted files: ') : null
      const moved = await stores.resume(passphrase)
      ports.write(summary(moved, left?.to ?? null))
      break
    }
    case 'to': {
      const moved = await stores.move(await targetOf(order, ports))
      ports.write(summary(moved, order.type))
    }
  }
  return exitCodes.ok
}

async function targetOf(
  { type, keyFile }: Extract<Order, { kind: 'to' }>,
  ports: Terminal
): Promise<StoreTarget> {
  if (type === 'sops') return { type, ageKeyFile: resolve(keyFile ?? '') }
  if (type === 'keychain') return { type }
  const passphrase = await passphraseOf(ports, 'New passphrase (12 characters or more): ')
  if (ports.isInteractive && (await ports.askSecret('Once more: ')) !== passphrase) {
    throw new VaultError('INVALID_REQUEST', { message: 'The two are not the same. Nothing was changed.' })
  }
  return { type, passphrase }
}

/** One line for each step that is through. */
function teller({ writeError }: Terminal): (move: StoreMove) => void {
  const words = {
    copy: 'Copied',
    verify: 'Read back',
    switch: 'Switched',
    remove: 'Removed from the old store'
  }
  return ({ state }) => {
    if (state.kind !== 'running' || state.total === 0 || state.done < state.total) return
    const count = state.step === 'switch' ? '' : `: ${state.done} of ${state.total}`
    writeError(`${words[state.step]}${count}\n`)
  }
}

function summary(moved: number, to: StoreTarget['type'] | StoreMove['to'] | null): string {
  const place = to === null ? '' : ` to ${storeNames[to]}`
  return `${moved} ${moved === 1 ? 'entry' : 'entries'} moved${place}.\n`
}

/** Null: not understood. A key file belongs to sops and to nothing else. */
function orderOf(args: readonly string[]): Order | null {
  try {
    const flag = { type: 'boolean', default: false } as const
    const text = { type: 'string' } as const
    const { values } = parseArgs({
      args: [...args],
      options: { to: text, 'age-key-file': text, resume: flag, undo: flag }
    })
    const { to, resume, undo, 'age-key-file': keyFile = null } = values
    if ([to !== undefined, resume, undo].filter(Boolean).length !== 1) return null
    if ((keyFile !== null) !== (to === 'sops')) return null
    if (to === undefined) return { kind: resume ? 'resume' : 'undo' }
    const type = (['keychain', 'encrypted-file', 'sops'] as const).find((each) => each === to)
    return type === undefined ? null : { kind: 'to', type, keyFile }
  } catch {
    return null
  }
}
