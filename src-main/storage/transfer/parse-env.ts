import type { Found, FoundEntry } from '../../core/transfer/transfer-ports.ts'
import { type EnvDoubt, envLines, withoutEnvValues } from '../views/env-file-text.ts'
import { keyEntry, NEVER, type ParseContext, refusedEntry } from './found-entries.ts'
import { inSlices } from './in-slices.ts'
import { awsVariables, isAwsVariable } from './parse-aws.ts'
import { accountOf, judge, mayBeSecret, shownOr } from './secret-names.ts'

/**
 * Returns the secrets of a `.env` file: settings with the name of a secret or with a value that begins like a
 * service's keys. All others are listed as skipped and stay in the file. Null: it has no setting at all.
 */
export async function parseEnv(text: string, { now, services }: ParseContext): Promise<Found | null> {
  const lines = envLines(text)
  const settings = lines.filter((line) => line.kind === 'setting')
  if (settings.length === 0) return null
  const last = new Map(settings.map((setting) => [setting.name, setting]))
  const aws = awsVariables(new Map([...last].map(([name, { value }]) => [name, value])), now)
  const entries: FoundEntry[] = aws === null ? [] : [aws]
  const skipped: string[] = []
  const taken: string[] = []
  let leavesSecrets = false
  await inSlices(lines, (line) => {
    const place = `Line ${line.line}`
    if (line.kind === 'other') {
      skipped.push(`${place} is not a setting.`)
      leavesSecrets = true
      return
    }
    if (line.kind === 'comment') {
      const { setting } = line
      if (setting !== null && mayBeSecret(setting.name, setting.value, services)) {
        skipped.push(`${place} is a comment that may hold a secret. It stays in the file.`)
      }
      return
    }
    const { name, value, doubt } = line
    const shown = shownOr(name, place, services)
    if (last.get(name) !== line) {
      skipped.push(`${shown} is set twice; the last one counts, as it does for every program.`)
      leavesSecrets ||= value !== '' && value !== last.get(name)?.value
      return
    }
    if (aws !== null && isAwsVariable(name)) {
      taken.push(name)
      return
    }
    const verdict = value === '' ? ({ kind: 'plain' } as const) : judge(name, value, services)
    if (verdict.kind !== 'key') {
      skipped.push(reason(shown, verdict.kind, value === ''))
      leavesSecrets ||= verdict.kind !== 'plain'
      return
    }
    const { service, hosts } = verdict
    const ref = { service, account: accountOf(name, services) }
    const broken = faultOf(doubt, value)
    if (broken === null) {
      const note = doubt === null ? {} : { note: doubts[doubt] }
      entries.push(keyEntry({ ref, name: verdict.name, value, hosts, expiry: NEVER, ...note }, now))
      taken.push(name)
    } else entries.push(refusedEntry({ ref, name: verdict.name, kind: 'api-key' }, broken))
  })
  return { format: 'env', entries, skipped, leavesSecrets, rest: restOf(text, taken) }
}

const doubts: Readonly<Record<EnvDoubt, string>> = {
  hash: 'The “#” is kept as a part of it, as in shells; Node and dotenv read only the text before it.',
  quote: 'A quote is not closed. Correct it in the file, then import it again.',
  dollar: 'The “$” is kept as it is written; some programs put the value of another setting there.',
  reference: 'It refers to another setting or a command instead of a secret. Add the secret by hand.'
}

/** Returns why a value can't be kept. Null: it can. */
function faultOf(doubt: EnvDoubt | null, value: string): string | null {
  if (doubt === 'quote' || doubt === 'reference') return doubts[doubt]
  const isUnclear = doubt === 'hash' && /\s/.test(value)
  return isUnclear ? 'It is not clear whether a comment begins at the “#”. Put the value in quotes.' : null
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

/** Returns the text without the taken values. Null: only blank lines are left. */
function restOf(text: string, taken: readonly string[]): string | null {
  const rest = withoutEnvValues(text, new Set(taken))
  return rest.replace(/^\uFEFF/, '').trim() === '' ? null : rest
}
