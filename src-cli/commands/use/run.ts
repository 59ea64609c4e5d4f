import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { HandOutRequest, RevealAnswer, RunAnswer } from '#shared/broker/use.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { RUN_VARIABLE } from '../../client/run-secret.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'
import { maskedCopy } from '../../terminal/masked-copy.ts'
import { openRelay, type OpenRelay, readToEnd, wishOf } from './relay.ts'

export type RunCommandPorts = Pick<Terminal, 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

type Variables = Record<string, string>

/** Runs a program as a run of its own, which may use credentials through relays or as values in its environment. */
export const runCommand: Command<RunCommandPorts> = {
  run: async (args, ports) => {
    const [program, ...rest] = args.positionals
    const used = args.values('use')
    const revealed = args.values('reveal').map(revealOf)
    if (program === undefined) throw new UsageError('Give the program to run after --.')
    const run = await beginRun(ports)
    const relays: OpenRelay[] = []
    try {
      const variables: Variables = { [RUN_VARIABLE]: run.secret }
      for (const service of used) {
        const relay = await openRelay(wishIn(run, args, service), args, ports)
        if (relay === null) return exitCodes.denied
        relays.push(relay)
        Object.assign(variables, variablesOf(relay, service))
      }
      const secrets = await reveal(revealed, { run, args, ports })
      if (secrets === null) return exitCodes.denied
      return await runProgram([program, ...rest], { ...variables, ...secrets }, Object.values(secrets), ports)
    } finally {
      for (const relay of relays) relay.close()
      run.close()
    }
  }
}

type Run = { readonly secret: string; readonly close: () => void }

/**
 * Begins a run, over a connection that lasts as long as this command: its end is the end of the run. A vault that
 * ends before ends the run, too; what runs goes on, and the person is asked again.
 */
async function beginRun({ openVault }: RunCommandPorts): Promise<Run> {
  const vault = await openVault()
  try {
    const { value, body } = await vault.stream('beginRun', [])
    void readToEnd(body)
    return { secret: (value as RunAnswer).run, close: () => vault.destroy() }
  } catch (error) {
    vault.destroy()
    throw error
  }
}

/**
 * What is wanted of the vault, as a part of this run and not of the one that this command may belong to. A question that
 * is left to the person is about the next run, too.
 */
function wishIn({ secret }: Run, args: Arguments, service: string): HandOutRequest {
  const { run: _outer, ...wish } = wishOf(args, service)
  return wish.waits ? { ...wish, run: secret } : wish
}

function revealOf(text: string): { readonly name: string; readonly service: string } {
  const [, name, service] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/.exec(text) ?? []
  if (name === undefined || service === undefined) throw new UsageError('--reveal is written NAME=SERVICE.')
  return { name, service }
}

/** Where no variable of the service's programs is known, the address is in LATCHKEY_URL_SERVICE. */
function variablesOf({ url, variables }: OpenRelay, service: string): Variables {
  const named = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  return { ...named, [`LATCHKEY_URL_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`]: url }
}

/** The values by the names of their variables. Null: one was not allowed. */
async function reveal(
  wanted: readonly { readonly name: string; readonly service: string }[],
  { run, args, ports }: { readonly run: Run; readonly args: Arguments; readonly ports: RunCommandPorts }
): Promise<Variables | null> {
  if (wanted.length === 0) return {}
  const { openVault, writeError } = ports
  const vault = await openVault()
  try {
    const values: Variables = {}
    for (const { name, service } of wanted) {
      const wish = {
        request: 'reveal',
        args: [wishIn(run, args, service)],
        mayAsk: !args.has('no-prompt'),
        repeat: 'nothing-sent'
      } as const
      const answer = await permitted(vault, wish, writeError)
      if (answer === null) return null
      values[name] = (answer.value as Extract<RevealAnswer, { kind: 'revealed' }>).value
      writeError(`latchkey: ${name} holds the real value for this program and all that it starts\n`)
    }
    return values
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
  const child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...variables } })
  const stop = passSignals(child)
  try {
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

function passSignals(child: ChildProcess): () => void {
  const listeners = passed.map((signal) => [signal, () => void child.kill(signal)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => listeners.forEach(([signal, listener]) => process.off(signal, listener))
}
