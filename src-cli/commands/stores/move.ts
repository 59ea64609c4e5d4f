import { resolve } from 'node:path'
import { type StoreMove, storeNames, type StoreTarget } from '#shared/stores.ts'
import { VaultError } from '#shared/problem.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { type Lockable, unlockFirst, passphraseOf } from '../../terminal/lockable.ts'

/** The stores, as the composition root gives them. */
type StoresHandle = Lockable & {
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

const storeTypes = ['keychain', 'encrypted-file', 'sops'] as const

type Order =
  | { readonly kind: 'resume' | 'undo' }
  | { readonly kind: 'to'; readonly type: StoreTarget['type']; readonly keyFile: string | null }

export const moveCommand: Command<MoveCommandPorts> = {
  run: async (args, ports) => {
    const order = orderOf(args)
    return await ports.withStores(teller(ports), async (stores) => {
      await unlockFirst(stores, ports)
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
  if (ports.isInteractive() && (await ports.askSecret('Once more: ')) !== passphrase) {
    throw new VaultError('INVALID_REQUEST', { message: 'The two are not the same. Nothing was changed.' })
  }
  return { type, passphrase }
}

/** Returns a listener that prints one line for each completed step. */
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

/** Throws UsageError for options that do not fit together. A key file belongs to sops alone. */
function orderOf({ has, value }: Arguments): Order {
  const chosen = ['to', 'resume', 'undo'].filter((option) => has(option))
  if (chosen.length !== 1) throw new UsageError('It takes one of --to, --resume and --undo.')
  const type = storeTypes.find((each) => each === value('to')) ?? null
  const keyFile = value('age-key-file')
  if (type === 'sops' && keyFile === null) throw new UsageError('--to sops needs --age-key-file FILE.')
  if (type !== 'sops' && keyFile !== null) throw new UsageError('--age-key-file belongs to --to sops.')
  if (type === null) return { kind: has('resume') ? 'resume' : 'undo' }
  return { kind: 'to', type, keyFile }
}
