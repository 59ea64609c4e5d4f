import { resolve } from 'node:path'
import { isAskedInWindow, type MoveOrder, readMoveNotice } from '#shared/broker/terminal-requests.ts'
import { passphraseFault } from '#shared/passphrase.ts'
import { VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/store-names.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { WAITING } from '../../client/permitted.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { unlockFirst, passphraseOf } from '../../terminal/lockable.ts'
import { progressLine, type ProgressLine } from '../../terminal/progress-line.ts'
import { untilInterrupted } from '../../terminal/until-interrupted.ts'

export type MoveCommandPorts = Terminal & {
  readonly openVault: () => Promise<VaultConnection>
  readonly isReadOnly: () => Promise<boolean>
}

const storeTypes = ['keychain', 'encrypted-file', 'sops'] as const

type Order =
  | { readonly kind: 'resume' | 'undo' }
  | { readonly kind: 'to'; readonly type: StoreTarget['type']; readonly keyFile: string | null }

export const moveCommand: Command<MoveCommandPorts> = {
  run: async (args, ports) => {
    const order = orderOf(args)
    if (await ports.isReadOnly()) {
      throw refused('This data folder can’t be written, so nothing can be moved in it.')
    }
    const vault = await ports.openVault()
    try {
      await unlockFirst(storeLockOf(vault), ports)
      if (order.kind === 'undo') {
        await ask(vault, 'undoMove', [])
        const text = 'The move was taken back. Everything is where it was.\n'
        ports.write(args.has('json') ? args.json({ moved: 0, to: null }) : text)
      } else {
        const wish = order.kind === 'to' ? await moveTo(order, ports) : await resumed(vault, ports)
        const { state, to } = await carriedOut(wish, vault, ports)
        const moved = movedBy(state)
        ports.write(args.has('json') ? args.json({ moved, to }) : summary(moved, to))
      }
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

/**
 * Resolves with the end of the move. After Ctrl-C it goes on, because the vault carries it out, and does not begin if the
 * window still asks.
 */
async function carriedOut(order: MoveOrder, vault: VaultConnection, ports: Terminal): Promise<StoreMove> {
  const line = progressLine(ports)
  const tell = teller(ports, line)
  let isAsked = false
  const onNotice = (notice: unknown): void => {
    isAsked = isAskedInWindow(notice)
    if (isAsked) ports.writeError(WAITING)
    else tell(readMoveNotice(notice))
  }
  return await untilInterrupted(async (stop) => {
    const leave = (): void => {
      line.clear()
      if (!isAsked) {
        ports.writeError('The move goes on in Latchkey. “latchkey store” says where everything is.\n')
      }
      vault.destroy()
    }
    stop.addEventListener('abort', leave, { once: true })
    return await ask(vault, 'carryOutMove', [order], { onNotice }).finally(line.clear)
  })
}

async function moveTo(
  { type, keyFile }: Extract<Order, { kind: 'to' }>,
  ports: Terminal
): Promise<MoveOrder> {
  if (type === 'sops') return { kind: 'to', target: { type, ageKeyFile: resolve(keyFile ?? '') } }
  if (type === 'keychain') return { kind: 'to', target: { type } }
  const passphrase = await passphraseOf(ports, 'New passphrase (12 characters or more): ')
  const fault = passphraseFault(passphrase)
  if (fault !== null) throw refused(fault)
  if (ports.isInteractive() && (await ports.askSecret('Once more: ')) !== passphrase) {
    throw refused('The passphrases don’t match. Nothing was changed.')
  }
  return { kind: 'to', target: { type, passphrase } }
}

async function resumed(vault: VaultConnection, ports: Terminal): Promise<MoveOrder> {
  const { move } = await ask(vault, 'getSnapshot', [])
  const isLeft = move?.state.kind === 'interrupted' || move?.state.kind === 'failed'
  const asks = isLeft && move.needsPassphrase
  return {
    kind: 'resume',
    passphrase: asks ? await passphraseOf(ports, 'Passphrase of the encrypted files: ') : null
  }
}

/** Returns a listener that prints one line for each completed step, and shows how far the present one is. */
function teller({ writeError }: Terminal, line: ProgressLine): (move: StoreMove | null) => void {
  const words = {
    copy: 'Copied',
    verify: 'Verified',
    switch: 'Switched',
    remove: 'Removed from the old store'
  }
  return (move) => {
    if (move?.state.kind !== 'running') return
    const { done, step, total } = move.state
    if (total === 0) return
    if (done < total) {
      line.show(words[step], { done, total })
      return
    }
    line.clear()
    writeError(`${words[step]}${step === 'switch' ? '' : `: ${done} of ${total}`}\n`)
  }
}

/** Returns the number of moved entries. Throws the problem that stopped the move. */
function movedBy(state: StoreMove['state']): number {
  if (state.kind === 'done') return state.moved
  throw state.kind === 'failed' ? new VaultRefusal(state.problem) : new VaultError('INTERNAL')
}

function summary(moved: number, to: StoreMove['to']): string {
  return `${moved} ${moved === 1 ? 'entry' : 'entries'} moved to ${storeNames[to]}.\n`
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

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
