import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { isatty } from 'node:tty'
import type { HandOutRequest, RevealAnswer, RunAnswer } from '#shared/broker/use.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { RUN_VARIABLE } from '../../client/run-secret.ts'
import { hasTerminal } from '../../client/terminal-asker.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { maskedCopy } from '../../terminal/masked-copy.ts'
import { readToEnd } from '../../client/held-relay.ts'
import { openRelay, type OpenRelay, wishOf } from './relay.ts'
import { checkReveal, revealedText, type RevealWish } from './revealed-text.ts'

export type RunCommandPorts = Pick<Terminal, 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

type Variables = Record<string, string>

/** Runs a program as a run of its own, which may use credentials through relays or as values in its environment. */
export const runCommand: Command<RunCommandPorts> = {
  run: async (args, ports) => {
    const [program, ...rest] = args.positionals
    const used = args.values('use')
    const revealed = args.values('reveal').map((text) => revealOf(text, args.value('host')))
    if (program === undefined) throw new UsageError('Give the program to run after --.')
    const run = await beginRun(ports)
    const relays: OpenRelay[] = []
    try {
      const variables: Variables = { [RUN_VARIABLE]: run.secret }
      for (const service of used) {
        const relay = await openRelay(wishIn(run, args, service), args, ports)
        relays.push(relay)
        Object.assign(variables, variablesOf(relay, service))
      }
      const secrets = await reveal(revealed, { run, args, ports })
      return await runProgram(
        [program, ...rest],
        { ...variables, ...secrets.variables },
        secrets.values,
        ports
      )
    } finally {
      for (const relay of relays) relay.close()
      run.close()
    }
  }
}

type Run = {
  readonly secret: string
  /** True: the person can be asked while the command waits, in a window or at its terminal. */
  readonly canAsk: boolean
  readonly close: () => void
}

/**
 * Begins a run, over a connection that lasts as long as this command: its end is the end of the run. A vault that
 * ends before ends the run, too; what runs goes on, and the person is asked again.
 */
async function beginRun({ openVault }: RunCommandPorts): Promise<Run> {
  const vault = await openVault()
  try {
    const { holder } = (await vault.ask('status')) as { readonly holder: string }
    const { value, body } = await vault.stream('beginRun', [])
    void readToEnd(body)
    const canAsk = holder === 'app' || hasTerminal()
    return { secret: (value as RunAnswer).run, canAsk, close: () => vault.destroy() }
  } catch (error) {
    vault.destroy()
    throw error
  }
}

/**
 * What is wanted of the vault, as a part of this run and not of the one that this command may belong to. A question that
 * is left to the person is about the next run, too.
 */
function wishIn({ canAsk, secret }: Run, args: Arguments, service: string): HandOutRequest {
  const { run: _outer, ...wish } = wishOf(args, service)
  return wish.waits && canAsk ? { ...wish, run: secret } : wish
}

function revealOf(text: string, host: string | null): RevealWish {
  const [, name, service] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/.exec(text) ?? []
  if (name === undefined || service === undefined) throw new UsageError('--reveal is written NAME=SERVICE.')
  const wish = { name, service, host }
  checkReveal(wish)
  return wish
}

/** Where no variable of the service's programs is known, the address is in LATCHKEY_URL_SERVICE. */
function variablesOf({ url, variables }: OpenRelay, service: string): Variables {
  const named = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  return { ...named, [`LATCHKEY_URL_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`]: url }
}

type Secrets = { readonly variables: Variables; readonly values: readonly string[] }

/** The values, and the variables that hold them. Rejects as `permitted`. */
async function reveal(
  wanted: readonly RevealWish[],
  { run, args, ports }: { readonly run: Run; readonly args: Arguments; readonly ports: RunCommandPorts }
): Promise<Secrets> {
  if (wanted.length === 0) return { variables: {}, values: [] }
  const { openVault, writeError } = ports
  const vault = await openVault()
  try {
    const variables: Variables = {}
    const values: string[] = []
    for (const one of wanted) {
      const { name, service } = one
      const wish = {
        request: 'reveal',
        args: [wishIn(run, args, service)],
        mayAsk: !args.has('no-prompt'),
        repeat: 'nothing-sent'
      } as const
      const answer = await permitted(vault, wish, writeError)
      const { value } = answer.value as Extract<RevealAnswer, { kind: 'revealed' }>
      values.push(value)
      variables[name] = revealedText(one, value, variables[name] ?? null)
      writeError(`latchkey: ${name} holds the real value for this program and all that it starts\n`)
    }
    return { variables, values }
  } finally {
    vault.close()
  }
}

/**
 * Runs the program with the caller's own streams, passes signals on and takes its exit code over; 128 and the
 * number of the signal if one ended it. Revealed values are masked in output that goes to a file or a pipe.
 */
async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  variables: Variables,
  secrets: readonly string[],
  { writeError }: RunCommandPorts
): Promise<number> {
  const masks = (isTTY: boolean | undefined): 'pipe' | 'inherit' =>
    secrets.length > 0 && isTTY !== true ? 'pipe' : 'inherit'
  const stdio = ['inherit', masks(process.stdout.isTTY), masks(process.stderr.isTTY)] as const
  // Before the program: it may be at work by the time that this one goes on.
  let child: ChildProcess | null = null
  const stop = passSignals((signal) => void child?.kill(signal))
  try {
    child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...variables } })
    const streams = [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const]
    const copies = streams.map(async ([from, to]) => {
      if (from !== null) await maskedCopy(from, to, secrets)
    })
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    await Promise.all(copies)
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } catch {
    writeError('latchkey: The program could not be started.\n')
    return exitCodes.notFound
  } finally {
    stop()
  }
}

const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A terminal gives Ctrl-C to the program itself; many take a second one as the wish to end at once. */
function passSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const isAtTerminal = [0, 1, 2].some((stream) => isatty(stream))
  const listeners = passed.map((signal) => {
    const isGiven = signal === 'SIGINT' && isAtTerminal
    return [signal, () => (isGiven ? undefined : pass(signal))] as const
  })
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => listeners.forEach(([signal, listener]) => process.off(signal, listener))
}
