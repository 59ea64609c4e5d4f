import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { envLines, withoutEnvValues } from '../views/env-file-text.ts'
import { keyEntry, NEVER, type ParseContext } from './found-entries.ts'
import { accountOf, judge, shownOr } from './secret-names.ts'

/**
 * The secrets of a `.env` file: those whose names say so or whose first letters a service is known by. Everything else is
 * named and stays in the file. Null: it has no setting at all.
 */
export function parseEnv(text: string, { now, services }: ParseContext): Found | null {
  const lines = envLines(text)
  const settings = lines.filter((line) => line.kind === 'setting')
  if (settings.length === 0) return null
  const last = new Map(settings.map(({ name, line }) => [name, line]))
  const entries: FoundEntry[] = []
  const skipped: string[] = []
  const taken: string[] = []
  let leavesSecrets = false
  for (const line of lines) {
    const place = `Line ${line.line}`
    if (line.kind === 'other') {
      skipped.push(`${place} is not a setting.`)
      leavesSecrets = true
      continue
    }
    const { name, value } = line
    const shown = shownOr(name, place, services)
    if (last.get(name) !== line.line) {
      skipped.push(`${shown} is set twice; the last one counts, as it does for every program.`)
      continue
    }
    const verdict = value === '' ? ({ kind: 'plain' } as const) : judge(name, value, services)
    if (verdict.kind === 'key') {
      const { service, hosts } = verdict
      const ref = { service, account: accountOf(name, services) }
      entries.push(keyEntry({ ref, name: verdict.name, value, hosts, expiry: NEVER }, now))
      taken.push(name)
    } else {
      skipped.push(reason(shown, verdict.kind, value === ''))
      leavesSecrets ||= verdict.kind !== 'plain'
    }
  }
  return { format: 'env', entries, skipped, leavesSecrets, rest: restOf(text, taken) }
}

function reason(shown: string, kind: 'plain' | 'hidden' | 'nameless', isEmpty: boolean): string {
  if (isEmpty) return `${shown} is empty.`
  switch (kind) {
    case 'plain':
      return `${shown} does not look like a secret.`
    case 'hidden':
      return `${shown} holds a password or a key inside a longer text. Add it by hand.`
    case 'nameless':
      return `${shown} does not say which service it is for. Add it by hand.`
  }
}

/** Null: no setting is left. */
function restOf(text: string, taken: readonly string[]): string | null {
  const rest = withoutEnvValues(text, new Set(taken))
  return envLines(rest).length === 0 ? null : rest
}
