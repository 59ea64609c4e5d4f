import type { CredentialView } from '#shared/broker/credential-views.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { KeyTest, NextKey } from '#shared/rotation.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { oneCredential } from '../../client/credentials.ts'
import { terminalAsker } from '../../client/terminal-asker.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { exactTime } from '../../terminal/relative-time.ts'

export type RotateCommandPorts = Pick<Terminal, 'write' | 'writeError' | 'askSecret'> & {
  readonly openVault: () => Promise<VaultConnection>
}

/** Exchanges an API key: stores the new one beside the one in use, tests it, and switches to it. */
export const rotateCommand: Command<RotateCommandPorts> = {
  run: async (args, ports) => {
    if (args.has('undo') && args.has('finish'))
      throw new UsageError('--undo and --finish do not go together.')
    const expiresAt = expiryOf(args)
    const vault = await ports.openVault()
    try {
      const [service = ''] = args.positionals
      const view = await oneCredential(vault, { service, account: args.value('account') })
      if (args.has('undo') || args.has('finish')) return await settle(vault, view, args, ports)
      if (view.rotation?.kind === 'switched') throw refused(SWITCHED)
      if (view.rotation === null) await prepare(vault, view, expiresAt, ports)
      return await testAndSwitch(vault, view, args, ports)
    } finally {
      vault.close()
    }
  }
}

const SWITCHED =
  'The new key is in use already. Give --undo to go back, or --finish to forget the former one.'

async function settle(
  vault: VaultConnection,
  { id }: CredentialView,
  args: Arguments,
  ports: RotateCommandPorts
): Promise<number> {
  const isUndo = args.has('undo')
  const after = (await vault.ask(isUndo ? 'undoRotation' : 'finishRotation', id)) as CredentialSummary
  say(args, ports, {
    inUse: isUndo ? 'former' : 'new',
    works: null,
    undoUntil: null,
    text: isUndo ? `The former key is in use: ${after.masked}` : 'The former key is forgotten here.'
  })
  return exitCodes.ok
}

/** Asks for the new key and stores it beside the one in use. */
async function prepare(
  vault: VaultConnection,
  { id, kind }: CredentialView,
  expiresAt: string | null,
  { askSecret }: RotateCommandPorts
): Promise<void> {
  if (kind !== 'api-key')
    throw refused('Only an API key can be rotated. “latchkey refresh” refreshes a sign-in.')
  const key = await askSecret('New key: ')
  if (key === null) throw refused('No key was given. Nothing was changed.')
  await vault.ask('prepareKey', { credential: id, key, expiresAt } satisfies NextKey)
}

async function testAndSwitch(
  vault: VaultConnection,
  { id, service }: CredentialView,
  args: Arguments,
  ports: RotateCommandPorts
): Promise<number> {
  const { works, text } = (await vault.ask('testKey', id)) as KeyTest
  if (works === 'no') {
    await vault.ask('undoRotation', id)
    say(args, ports, {
      inUse: 'former',
      works,
      undoUntil: null,
      text: `${text} The former key stays in use.`
    })
    return exitCodes.warnings
  }
  if (works === 'unknown' && !args.has('untested') && !(await isWanted(text, ports))) {
    const next = `The new key is stored and not in use. “latchkey rotate ${service} --untested” takes it into use, --undo forgets it.`
    say(args, ports, { inUse: 'former', works, undoUntil: null, text: next })
    return exitCodes.warnings
  }
  const { rotation } = (await vault.ask('switchKey', id)) as CredentialSummary
  const undoUntil = rotation?.kind === 'switched' ? rotation.undoUntil : null
  const kept = undoUntil === null ? '' : ` The former one is kept until ${exactTime(undoUntil, Date.now())}.`
  say(args, ports, { inUse: 'new', works, undoUntil, text: `${text}\nThe new key is in use.${kept}` })
  return exitCodes.ok
}

/** Asks whether to use a key that could not be tested. False also without a terminal. */
async function isWanted(text: string, { writeError }: RotateCommandPorts): Promise<boolean> {
  const ask = await terminalAsker(writeError)
  if (ask === null) return false
  try {
    const typed = await ask(`${text}\nUse it untested? [y]es, anything else means no: `)
    return typed?.trim().toLowerCase() === 'y'
  } finally {
    ask.close()
  }
}

type Outcome = {
  readonly inUse: 'new' | 'former'
  readonly works: KeyTest['works'] | null
  readonly undoUntil: string | null
  readonly text: string
}

function say(args: Arguments, { write }: RotateCommandPorts, { text, ...outcome }: Outcome): void {
  write(args.has('json') ? args.json(outcome) : `${text}\n`)
}

/** The last second of the day in UTC. Null: never. Throws UsageError. */
function expiryOf(args: Arguments): string | null {
  const day = args.value('expires')
  if (day === null) return null
  const end = `${day}T23:59:59.000Z`
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(end)))
    throw new UsageError('--expires is a day, such as 2027-01-31.')
  return end
}

const refused = (message: string): VaultRefusal => new VaultRefusal({ code: 'INVALID_REQUEST', message })
