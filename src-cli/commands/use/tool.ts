import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolAnswerView, ToolCallRequest } from '#shared/broker/use.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { permitted } from '../../client/permitted.ts'
import { currentRun } from '../../client/run-secret.ts'
import { whereabouts } from '../../client/whereabouts.ts'
import { problemExit } from '../../client/problem-exit.ts'
import { type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type ToolCommandPorts = Pick<Terminal, 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
  /** Reads YAML or JSON. `fault`: what is wrong with the text, and in which line. */
  readonly readManifest: (
    text: string
  ) => Promise<{ readonly value: unknown } | { readonly fault: string; readonly line: number }>
}

type ToolResult = Extract<ToolAnswerView, { kind: 'result' }>['result']

const MOST_BYTES = 128 * 1024

/** Runs a tool that a manifest describes and prints its result as JSON. */
export const toolCommand: Command<ToolCommandPorts> = {
  run: async (args, ports) => {
    const [path = '', toolId = ''] = args.positionals
    const manifests = await readManifests(path, ports)
    const call: ToolCallRequest = {
      manifests,
      toolId,
      parameters: Object.fromEntries(args.values('param').map(parameterOf)),
      environment: environmentOf(manifests),
      reason: args.value('reason'),
      waits: !args.has('no-prompt'),
      ...currentRun(),
      ...whereabouts()
    }
    const vault = await ports.openVault()
    try {
      const wish = { request: 'runTool', args: [call], mayAsk: call.waits, repeat: 'unknown' } as const
      const answer = await permitted(vault, wish, ports.writeError)
      const { result } = answer.value as { readonly result: ToolResult }
      ports.write(args.json(result))
      return exitCodeOf(result)
    } finally {
      vault.close()
    }
  }
}

/** The code of what kept the tool from its credential, if something did; else whether it succeeded. */
function exitCodeOf({ success, metadata }: ToolResult): number {
  if (metadata['auth_required'] === true) return exitCodes.signIn
  const { auth_error: problem } = metadata
  const code = typeof problem === 'string' ? problemExit(problem) : exitCodes.internal
  if (code !== exitCodes.internal) return code
  return success ? exitCodes.ok : exitCodes.warnings
}

/** A manifest, or every manifest of a folder. */
function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new UsageError('The manifest, or the folder of manifests, does not exist.')
  if (!found.isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .toSorted()
    .map((name) => join(path, name))
}

/** Every manifest of a file or a folder. Throws UsageError for one that can’t be read. */
export async function readManifests(
  path: string,
  ports: Pick<ToolCommandPorts, 'readManifest'>
): Promise<unknown[]> {
  return await Promise.all(filesOf(path).map((file) => readManifestFile(file, ports)))
}

async function readManifestFile(
  path: string,
  { readManifest }: Pick<ToolCommandPorts, 'readManifest'>
): Promise<unknown> {
  if (statSync(path).size > MOST_BYTES) throw new UsageError('A manifest is larger than 128 KiB.')
  const read = await readManifest(readFileSync(path, 'utf8'))
  if ('value' in read) return read.value
  throw new UsageError(`A manifest can’t be read: in line ${read.line} ${read.fault}.`)
}

/** `NAME=VALUE`, or `NAME:=JSON` for what is no text. */
function parameterOf(text: string): [string, unknown] {
  const [, name, operator, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)(:?=)(.*)$/s.exec(text) ?? []
  if (name === undefined) throw new UsageError('--param is written NAME=VALUE, or NAME:=JSON.')
  if (operator === '=') return [name, value]
  try {
    return [name, JSON.parse(value) as unknown]
  } catch {
    throw new UsageError('The value after := is not JSON.')
  }
}

/** The variables that the manifests name, and no other. */
export function environmentOf(manifests: readonly unknown[]): Record<string, string> {
  const names = manifests.flatMap((manifest) => {
    const listed = (manifest as { environment?: unknown } | null)?.environment
    return Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : []
  })
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
  )
}
