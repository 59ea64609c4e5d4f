import { whatText, type NamedCredential, programName, reasonOf, resultText } from './use-words.ts'
import type { LoggedUse } from './uses.ts'

/** A line of the log with its credential as people know it. */
export type ShownUse = LoggedUse & { readonly credential: NamedCredential | null }

export type ResultFilter = 'all' | 'used' | 'refused'

/** Which lines are shown. Null: no matter which. */
export type UseFilter = {
  readonly text: string
  /** Name of a program. */
  readonly program: string | null
  readonly service: string | null
  /** Id of a credential. */
  readonly credential: string | null
  readonly result: ResultFilter
}

export const noFilter: UseFilter = {
  text: '',
  program: null,
  service: null,
  credential: null,
  result: 'all'
}

/** True if the filter lets every line pass. */
export function isOpen(filter: UseFilter): boolean {
  return (Object.keys(noFilter) as (keyof UseFilter)[]).every((name) =>
    name === 'text' ? filter.text.trim() === '' : filter[name] === noFilter[name]
  )
}

/** Returns the lines that pass. Each word of the text has to stand somewhere in what a line shows. */
export function filtered(uses: readonly ShownUse[], filter: UseFilter): readonly ShownUse[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  return uses.filter(
    (use) =>
      (filter.program === null || use.row.clientName === filter.program) &&
      (filter.service === null || use.credential?.service === filter.service) &&
      (filter.credential === null || use.row.credential === filter.credential) &&
      hasResult(use, filter.result) &&
      (words.length === 0 || hasWords(use, words))
  )
}

function hasResult({ result }: LoggedUse, wanted: ResultFilter): boolean {
  if (wanted === 'all') return true
  const isRefused = result.kind === 'refused'
  return wanted === 'refused' ? isRefused : !isRefused && result.kind !== 'noted'
}

function hasWords(use: ShownUse, words: readonly string[]): boolean {
  const { credential, result, row } = use
  const parts = [
    programName(row.clientName),
    whatText(row),
    credential?.service,
    credential?.name,
    credential?.account,
    row.reason,
    resultText(use),
    reasonOf(result)
  ]
  const text = parts.filter(Boolean).join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

export type FilterOption = { readonly value: string; readonly label: string }

/** The programs and services that the lines are about, by name. */
export function filterOptions(uses: readonly ShownUse[]): {
  readonly programs: readonly FilterOption[]
  readonly services: readonly FilterOption[]
} {
  const programs = new Map(uses.map(({ row }) => [row.clientName, programName(row.clientName)]))
  const services = new Map(
    uses.flatMap(({ credential }) => (credential === null ? [] : [[credential.service, credential.name]]))
  )
  return { programs: byLabel(programs), services: byLabel(services) }
}

function byLabel(options: ReadonlyMap<string, string>): readonly FilterOption[] {
  return [...options]
    .map(([value, label]) => ({ value, label }))
    .toSorted((one, other) => one.label.localeCompare(other.label))
}
