import { UsageError } from './command.ts'

/** Stands for every field. */
export const ALL_FIELDS = 'all'

/**
 * The fields that a list `a,b` names, in its order. Null: every one. Throws UsageError, whose sentence has the known
 * names and repeats nothing that was typed.
 */
export function fieldsIn(text: string, known: readonly string[]): readonly string[] | null {
  if (text === ALL_FIELDS) return null
  const wanted = text.split(',').map((name) => name.trim())
  if (wanted.every((name) => known.includes(name))) return [...new Set(wanted)]
  throw new UsageError(`The fields of --json are ${known.join(', ')}, and ${ALL_FIELDS} for every one.`)
}

/**
 * The answer of a command as JSON with these fields alone, each row of a list for itself; a line feed at the end. A
 * field that this answer lacks is null. Fields null: every field that the answer has. `indent`: 0 for one line.
 */
export function jsonText(answer: unknown, fields: readonly string[] | null, indent = 2): string {
  const cut = (row: unknown): unknown => (fields === null ? row : pick(row, fields))
  return `${JSON.stringify(Array.isArray(answer) ? answer.map(cut) : cut(answer), null, indent)}\n`
}

function pick(row: unknown, fields: readonly string[]): unknown {
  if (typeof row !== 'object' || row === null) return row
  const held = new Map<string, unknown>(Object.entries(row))
  return Object.fromEntries(fields.map((field) => [field, held.get(field) ?? null]))
}
