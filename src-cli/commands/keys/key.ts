import type { HandOutRequest, RevealAnswer } from '#shared/broker/use.ts'
import { VaultRefusal, type VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { currentRun } from '../../client/run-secret.ts'
import { type Arguments, exitCodes, UsageError } from '../../terminal/command.ts'
import { chosenKey, type KeySource } from './key-choice.ts'
import { keyInFile, keyNameInProfile } from './key-files.ts'
import { IN_ARGUMENTS, listed, missing, type NamedPorts } from './named.ts'
import { checkArgument, namedCommand, typedValue } from './named-command.ts'

const group = { view: 'key' } as const
const word = 'key'
const validName = /^[a-zA-Z0-9._-]{1,64}$/

/** Keys under names that the person chooses (document 004). */
export const keyCommand = namedCommand({
  word,
  keeps: 'save',
  groupOf: () => group,
  checkName,
  checkValue: checkArgument,
  valueOf: async (run, given) => {
    const value = await typedValue(run, given, 'The key: ')
    const hosts = run.args.values('host')
    return value === null ? null : { kind: 'secret', value, hosts: hosts.length === 0 ? null : [...hosts] }
  },
  others: { load }
})

function checkName(name: string): void {
  if (validName.test(name)) return
  throw new UsageError('The name of a key is 1 to 64 letters, digits, dots, dashes or underscores.')
}

/** Prints the value of the key that counts, after the person has allowed that. */
async function load(args: Arguments, ports: NamedPorts): Promise<number> {
  const source = sourceOf(args)
  if (source.kind === 'value' || source.kind === 'file') {
    ports.write(`${source.kind === 'value' ? source.value : keyInFile(source.path)}\n`)
    if (source.kind === 'value') ports.writeError(IN_ARGUMENTS)
    return exitCodes.ok
  }
  if (source.kind === 'name') checkName(source.name)
  const vault = await ports.openVault()
  try {
    const name = source.kind === 'name' ? source.name : await nameFor(vault, source.host, { args, ports })
    const value = await revealed(vault, name, { args, ports })
    ports.write(`${value}\n`)
    return exitCodes.ok
  } finally {
    vault.close()
  }
}

function sourceOf(args: Arguments): KeySource {
  const [, typed, ...more] = args.positionals
  const profile = args.value('profile')
  if (more.length > 0 || (typed !== undefined && args.has('key-name'))) {
    throw new UsageError('It takes one name.')
  }
  checkArgument(args, args.value('key') ?? undefined)
  const source = chosenKey({
    key: args.value('key'),
    keyName: typed ?? args.value('key-name'),
    keyfile: args.value('keyfile'),
    settings: args.values('set'),
    baseUrl: args.value('base-url'),
    profileKeyName: profile === null ? null : keyNameInProfile(profile)
  })
  if (source === null) throw new UsageError('Nothing says which key. Give a NAME.')
  return source
}

type Loading = { readonly args: Arguments; readonly ports: NamedPorts }

/** Returns the name of the key that may be sent to the host. Throws VaultRefusal if no key may, UsageError if several may. */
async function nameFor(vault: VaultConnection, host: string, { args, ports }: Loading): Promise<string> {
  const all = await listed({ vault, group, word, args, ports })
  const [found, ...others] = all.filter(({ hosts }) => hosts.includes(host))
  if (found === undefined) {
    const message =
      'No named key may be sent to that host. Name one (--key-name), or keep one with “latchkey key save NAME --host HOST”.'
    throw new VaultRefusal({ code: 'UNKNOWN_SERVICE', message })
  }
  if (others.length > 0) throw new UsageError('Several keys may be sent to that host. Name one (--key-name).')
  return found.name
}

/** Rejects as `permitted`. */
async function revealed(vault: VaultConnection, name: string, { args, ports }: Loading): Promise<string> {
  const wish: HandOutRequest = {
    service: 'provider-key',
    account: name,
    host: null,
    scope: null,
    reason: null,
    waits: !args.has('no-prompt'),
    ...currentRun()
  }
  const asked = { request: 'reveal', args: [wish], mayAsk: wish.waits, repeat: 'nothing-sent' } as const
  try {
    const answer = await permitted(vault, asked, ports.writeError)
    return (answer.value as Extract<RevealAnswer, { kind: 'revealed' }>).value
  } catch (error) {
    if (!(error instanceof VaultRefusal) || error.problem.code !== 'UNKNOWN_SERVICE') throw error
    throw missing({ group, word })
  }
}
