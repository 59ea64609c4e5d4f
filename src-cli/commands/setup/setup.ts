import type { HelperAnswerView, HelperPlaces } from '#shared/broker/helpers.ts'
import { type VaultConnection, VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { askApproval } from '../../client/ask-approval.ts'
import { isHostName } from '../../setup/hosts/host-names.ts'
import { isKept, isOffered } from './move-offer.ts'
import {
  applyPlan,
  readKept,
  realChanges,
  removeNote,
  setupWorld,
  shortenNote,
  writeNote
} from '../../setup/setup-files.ts'
import {
  changedLines,
  type FileChange,
  type SetupOrder,
  type SetupPlan,
  shownPath,
  type ToolSetup
} from '../../setup/setup-plan.ts'
import { setupTable } from '../../setup/setup-table.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type SetupCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
  /** Path of the home. */
  readonly homeFolder: () => Promise<string>
  readonly programsFolder: () => string
}

/** Makes a tool ask Latchkey, and asks the person for the approval in advance. */
export const setupCommand: Command<SetupCommandPorts> = {
  run: async (args, ports) => {
    const [name = ''] = args.positionals
    if (name === 'mcp-host') return await (await import('../agents/host-tokens.ts')).moveTokens(args, ports)
    requireOne(args)
    if (isHostName(name)) return await (await import('../agents/host-setup.ts')).setUpHost(name, args, ports)
    const tool = await toolOf(name)
    const folder = await ports.homeFolder()
    const order = orderOf(args, name, folder)
    const world = setupWorld(ports.programsFolder(), process.env)
    const clear = tool.clear?.(world, order) ?? null
    const offer = clear !== null && (await isOffered(clear, args, ports)) ? clear : null
    const vault = await ports.openVault()
    try {
      const all = await placesOf(vault, tool)
      const known = tool.namesHosts === true ? all : wanted(all, args)
      const isKnown = known.some(({ account }) => account === clear?.place.account)
      const places = offer === null || isKnown ? known : [...known, offer.place]
      if (places.length === 0 && tool.namesHosts !== true) return nothingKept(name, tool, ports)
      const plan = await tool.plan(places, world, order)
      const notes = clear === null || offer !== null ? plan.notes : [...plan.notes, clear.note]
      const changes = offer === null ? plan.changes : [...plan.changes, offer.change]
      show({ changes, notes }, args, ports)
      if (args.has('dry-run')) return exitCodes.ok
      const isMoved = offer !== null && (await isKept(offer, vault, ports))
      if (offer !== null && !isMoved && !isKnown) return nothingKept(name, tool, ports)
      const done = isMoved ? { changes, kept: offer.kept } : plan
      applyPlan(done)
      writeNote(folder, name, done, world.program(tool.program).found)
      const { hosts, asks = places } = plan
      const asked = hosts === undefined ? asks : placesAt(await placesOf(vault, tool), hosts, order)
      await askInAdvance(vault, tool.helper, asked, args, ports)
      return exitCodes.ok
    } finally {
      vault.close()
    }
  }
}

function nothingKept(name: string, { first }: ToolSetup, { writeError }: SetupCommandPorts): number {
  writeError(`latchkey: Nothing is kept for ${name} there. ${first ?? 'Sign in or add a key first.'}\n`)
  return exitCodes.signIn
}

/** Takes back what `setup` changed, and nothing else. */
export const unsetupCommand: Command<SetupCommandPorts> = {
  run: async (args, ports) => {
    const [name = ''] = args.positionals
    if (name === 'mcp-host')
      return await (await import('../agents/host-tokens.ts')).takeBackTokens(args, ports)
    requireOne(args)
    if (isHostName(name))
      return await (await import('../agents/host-setup.ts')).takeBackHost(name, args, ports)
    const tool = await toolOf(name)
    const folder = await ports.homeFolder()
    const world = setupWorld(ports.programsFolder(), process.env)
    const plan = await tool.undo(readKept(folder, name), world, orderOf(args, name, folder))
    show(plan, args, ports)
    if (args.has('dry-run')) return exitCodes.ok
    applyPlan(plan)
    if (plan.stays === true) shortenNote(folder, name, plan)
    else removeNote(folder, name)
    return exitCodes.ok
  }
}

/** The tools that an option belongs to. */
const belonging = {
  account: ['aws', 'docker', 'kubectl'],
  context: ['kubectl'],
  profile: ['aws'],
  service: ['docker', 'kubectl'],
  user: ['kubectl']
} as const

/** Throws UsageError for what belongs to another tool. */
function orderOf(args: Arguments, tool: string, vaultHome: string): SetupOrder {
  const named = (option: keyof typeof belonging): string | null => {
    const tools: readonly string[] = belonging[option]
    const value = args.value(option)
    if (value === null || tools.includes(tool)) return value
    throw new UsageError(`--${option} belongs to ${tools.join(', ')}.`)
  }
  return {
    hosts: args.values('host'),
    service: named('service'),
    account: named('account'),
    profile: named('profile'),
    context: named('context'),
    user: named('user'),
    former: readKept(vaultHome, tool),
    vaultHome
  }
}

const placesOf = async (vault: VaultConnection, { helper }: ToolSetup): Promise<HelperPlaces> =>
  (await vault.ask('helperPlaces', { helper })) as HelperPlaces

/** The places at these hosts that are of the service and the account that were named. */
const placesAt = (
  places: HelperPlaces,
  hosts: readonly string[],
  { account, service }: SetupOrder
): HelperPlaces =>
  places.filter(
    (place) =>
      hosts.includes(place.host) &&
      (service ?? place.service) === place.service &&
      (account ?? place.account) === place.account
  )

function requireOne({ positionals }: Arguments): void {
  if (positionals.length > 1) throw new UsageError('Only mcp-host takes the name of a host.')
}

async function toolOf(name: string): Promise<ToolSetup> {
  const load = Object.hasOwn(setupTable, name) ? setupTable[name] : undefined
  if (load === undefined) throw new UsageError('Latchkey can’t set up such a tool.')
  return await load()
}

function wanted(places: HelperPlaces, args: Arguments): HelperPlaces {
  const hosts = args.values('host').map((host) => host.toLowerCase())
  return places.filter(({ host }) => hosts.length === 0 || hosts.includes(host))
}

/** What is changed, line by line; the lines that stay may hold anything and are left out. */
function show(
  { changes, notes }: Pick<SetupPlan, 'changes' | 'notes'>,
  args: Arguments,
  { write }: SetupCommandPorts
): void {
  const real = realChanges(changes)
  if (args.has('json')) {
    const shown = real.map((change) => ({ path: change.path, lines: linesOf(change) }))
    return write(args.json({ changes: shown, notes }))
  }
  if (real.length === 0) write('Nothing has to be changed.\n')
  for (const change of real) write(`${[shownPath(change.path), ...linesOf(change)].join('\n')}\n`)
  for (const note of notes) write(`Note: ${note}\n`)
}

const linesOf = (change: FileChange): readonly string[] => change.shown ?? changedLines(change)

/** Puts the questions that the tool would lead to; the value itself is not asked for. */
async function askInAdvance(
  vault: VaultConnection,
  helper: string,
  places: HelperPlaces,
  args: Arguments,
  { write, writeError }: SetupCommandPorts
): Promise<void> {
  for (const { account, host, isAllowed, service } of places) {
    if (isAllowed || args.has('no-prompt')) continue
    const nothing = { path: null, user: null, scope: null, waits: false }
    const wish = { helper, host, service, account, ...nothing }
    const asked = (await vault.ask('helperCredential', wish)) as HelperAnswerView
    if (asked.kind !== 'question') continue
    const { question } = asked
    const answer = await askApproval(question, writeError)
    const later = `Allow it in Latchkey’s window or with “latchkey approvals”: ${helper} for ${host}.\n`
    if (answer === null) write(later)
    else if (!(await isTaken(vault, { id: question.id, digest: question.digest, answer }))) write(later)
  }
}

/** False: the app is open, and its window alone answers. */
async function isTaken(vault: VaultConnection, answer: unknown): Promise<boolean> {
  try {
    await vault.ask('answerQuestion', answer)
    return true
  } catch (error) {
    if (error instanceof VaultRefusal && error.problem.code === 'INVALID_REQUEST') return false
    throw error
  }
}
