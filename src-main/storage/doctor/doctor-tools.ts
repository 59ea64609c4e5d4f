import { constants } from 'node:fs'
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ToolAudit } from '../../core/doctor/doctor-ports.ts'
import { readHost } from './doctor-hosts.ts'
import { isAbsent } from '../files/private-files.ts'

/** What `latchkey setup` notes of a tool: what it wrote, by the file, and the program of Latchkey that the tool starts. */
const note = v.object({
  files: v.array(
    v.object({
      path: v.string(),
      lines: v.array(v.string()),
      marks: v.optional(v.array(v.string()), [])
    })
  ),
  program: v.optional(v.nullable(v.string()), null)
})
type NotedFile = v.InferOutput<typeof note>['files'][number]

/** The tools that were set up, but for hosts of agents, and what of it is gone. `folder`: that of the notes. */
export async function auditTools(folder: string): Promise<readonly ToolAudit[]> {
  if (isAbsent(folder)) return []
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()
  const audits = await Promise.all(
    names.map(async (name): Promise<ToolAudit[]> => {
      const path = join(folder, name)
      if ((await readHost(path)) !== null) return []
      const { files, program } = v.parse(note, JSON.parse(await readFile(path, 'utf8')))
      const kept = await Promise.all(files.map(async (file) => ((await holds(file)) ? [] : [file.path])))
      const isThere = program === null || (await isRunnable(program))
      const changed = [...new Set(kept.flat())]
      return [{ tool: name.slice(0, -'.json'.length), changed, missing: isThere ? null : program }]
    })
  )
  return audits.flat()
}

/** False also for a file that is not there. */
async function holds({ path, lines, marks }: NotedFile): Promise<boolean> {
  try {
    const text = await readFile(path, 'utf8')
    const found = new Set(text.split('\n').map(plain))
    const bare = stripped(text)
    return (
      lines.map(plain).every((line) => found.has(line)) &&
      marks.every((mark) => bare.includes(stripped(mark)))
    )
  } catch {
    return false
  }
}

/** A line without what a neighbour may change of it: its indent, and a comma at its end. */
const plain = (line: string): string => line.trim().replace(/,$/, '')

/** A text that is the same in JSON and in YAML, on one line and on several. */
const stripped = (text: string): string => text.replaceAll(/["'\s]/g, '')

const isRunnable = (program: string): Promise<boolean> =>
  access(program, constants.X_OK).then(
    () => true,
    () => false
  )
