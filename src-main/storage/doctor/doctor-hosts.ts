import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { HostAudit } from '../../core/doctor/doctor-ports.ts'
import { isAbsent } from '../files/private-files.ts'

/** What the setup of a host of agents notes: its file, and the program that the host starts by this command. */
const note = v.object({
  kept: v.object({ host: v.object({ path: v.string(), command: v.string(), program: v.string() }) })
})
type Noted = v.InferOutput<typeof note>['kept']['host']

/** A bearer token in a header of a JSON file, unless it is a placeholder that the host fills in. */
const TOKEN = /"authorization"\s*:\s*"Bearer +(?!\$\{)[^"\s]/gi

/** How the hosts of agents that were set up stand. `folder`: that of the notes of `latchkey setup`. */
export async function auditHosts(folder: string): Promise<readonly HostAudit[]> {
  if (isAbsent(folder)) return []
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()
  const found = new Map<string, HostAudit>()
  for (const name of names) {
    const noted = await readHost(join(folder, name))
    const host = name.slice(0, -'.json'.length).replace(/^mcp-host-/, '')
    if (noted !== null && !found.has(host)) found.set(host, await auditOf(host, noted))
  }
  return [...found.values()]
}

/** Null: it is the note of another tool. */
export async function readHost(path: string): Promise<Noted | null> {
  const read = v.safeParse(note, JSON.parse(await readFile(path, 'utf8')))
  return read.success ? read.output.kept.host : null
}

async function auditOf(host: string, { command, path, program }: Noted): Promise<HostAudit> {
  const text = isAbsent(path) ? '' : await readFile(path, 'utf8')
  return {
    host,
    path,
    isConfigured: text.includes(JSON.stringify(program).slice(1, -1)),
    missing: [command, program].find((each) => isAbsent(each)) ?? null,
    // No other host keeps tokens in a JSON file, and only those are moved by a command.
    tokens: path.endsWith('.json') ? [...text.matchAll(TOKEN)].length : 0
  }
}
