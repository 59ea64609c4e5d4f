import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { changedLines, type FileChange, type SetupPlan, type SetupWorld, shownPath } from './setup-plan.ts'

/** The computer that this program runs on. `programs`: the folder of Latchkey's programs. */
export function setupWorld(programs: string, environment: NodeJS.ProcessEnv): SetupWorld {
  return {
    home: environment['HOME'] ?? homedir(),
    environment,
    program: (name) => {
      const path = join(programs, `${name}.mjs`)
      const places = (environment['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
      const found = places.find(isExecutable)
      return { onPath: found !== undefined, path, found: found ?? path }
    },
    read: readText
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Null: there is no such file. */
function readText(path: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new UsageError(`${shownPath(path)} can’t be read as text.`)
  }
}

/**
 * Writes the files of a plan, each at once as a whole, and with its rights. Throws UsageError for a file that was changed
 * since it was read; what was written before stays.
 */
export function applyPlan({ changes }: Pick<SetupPlan, 'changes'>): void {
  for (const { path, before, after, runnable = false } of changes) {
    if (readText(path) !== before)
      throw new UsageError(`${shownPath(path)} was changed meanwhile. Run it again.`)
    if (after === null) rmSync(path, { force: true })
    else replaceFile(path, after, { exists: before !== null, runnable })
  }
}

/** A link stays one: the file that it leads to is replaced. */
function replaceFile(
  path: string,
  text: string,
  { exists, runnable = false }: { readonly exists: boolean; readonly runnable?: boolean }
): void {
  const place = exists ? realpathSync(path) : path
  const found = exists ? statSync(place) : null
  if (found?.isFile() === false) throw new UsageError(`${shownPath(path)} is no regular file.`)
  const mode = (found === null ? 0o600 : found.mode & 0o777) | (runnable ? 0o100 : 0)
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 })
  const fresh = `${place}.latchkey-${process.pid}`
  try {
    writeFileSync(fresh, text, { mode, flag: 'wx' })
    renameSync(fresh, place)
  } catch {
    rmSync(fresh, { force: true })
    throw new UsageError(`${shownPath(path)} can’t be written.`)
  }
}

/** A note of what a setup has changed, in the home of Latchkey: the doctor looks for it. */
type Note = {
  readonly kept: unknown
  readonly files: readonly NotedFile[]
  /** Where Latchkey's program was that the tool starts. Absent: it starts none, or the note is an older one. */
  readonly program?: string
}

type NotedFile = {
  readonly path: string
  readonly lines: readonly string[]
  readonly marks?: readonly string[]
}

/** What `undo` of a tool needs. Null: the tool was not set up, or its note can’t be read. */
export const readKept = (folder: string, tool: string): unknown => readNote(folder, tool).kept

function readNote(folder: string, tool: string): Note {
  try {
    return JSON.parse(readFileSync(noteOf(folder, tool), 'utf8')) as Note
  } catch {
    return { kept: null, files: [] }
  }
}

/** Notes a plan that was applied, beside those before it. `program`: where the program of Latchkey is that it names. */
export function writeNote(
  folder: string,
  tool: string,
  { changes, kept }: Pick<SetupPlan, 'changes' | 'kept'>,
  program?: string
): void {
  const before = readNote(folder, tool)
  const real = realChanges(changes)
  if (real.length === 0 && before.files.length > 0 && before.program === program) return
  const added = real.map(notedFile).filter(({ lines, marks = [] }) => lines.length + marks.length > 0)
  const files = [...before.files.flatMap((file) => stillThere(file, changes)), ...added]
  replaceNote(folder, tool, { kept, files, ...(program !== undefined && { program }) })
}

/** Notes that a part was taken back: what is gone from the files is looked for no longer. */
export function shortenNote(
  folder: string,
  tool: string,
  { changes, kept }: Pick<SetupPlan, 'changes' | 'kept'>
): void {
  const before = readNote(folder, tool)
  replaceNote(folder, tool, {
    ...before,
    kept,
    files: before.files.flatMap((file) => stillThere(file, changes))
  })
}

function replaceNote(folder: string, tool: string, note: Note): void {
  const path = noteOf(folder, tool)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  replaceFile(path, `${JSON.stringify(note)}\n`, { exists: readText(path) !== null })
}

function notedFile(change: FileChange): NotedFile {
  const { marks, path } = change
  if (marks !== undefined) return { path, lines: [], marks }
  return {
    path,
    lines: changedLines(change).flatMap((line) => (line.startsWith('+ ') ? [line.slice(2)] : []))
  }
}

/** What a note has of a file without what a later change took out of it; empty: that is all. */
function stillThere(file: NotedFile, changes: readonly FileChange[]): readonly NotedFile[] {
  const change = changes.find(({ path }) => path === file.path)
  if (change === undefined) return [file]
  // The later change names its marks again.
  const after = change.marks === undefined ? (change.after ?? '').split('\n') : []
  const lines = file.lines.filter((line) => after.includes(line))
  return lines.length === 0 ? [] : [{ path: file.path, lines }]
}

export const removeNote = (folder: string, tool: string): void =>
  rmSync(noteOf(folder, tool), { force: true })

/** Where the note of a tool is. */
export const noteOf = (folder: string, tool: string): string => join(folder, 'setup', `${tool}.json`)

/** Changes that change something. */
export const realChanges = (changes: readonly FileChange[]): readonly FileChange[] =>
  changes.filter(({ before, after }) => before !== after)
