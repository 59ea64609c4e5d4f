import * as v from 'valibot'

/** Every check of the doctor, in the order in which a person reads them. */
export const doctorCheckIds = [
  'keychain',
  'backend',
  'fallback',
  'home',
  'modes',
  'leftovers',
  'catalog',
  'entries',
  'strays',
  'unlisted',
  'intents',
  'sign-outs',
  'clock',
  'loopback',
  'providers',
  'policy',
  'tools',
  'aws-pairs',
  'hosts',
  'sops-config',
  'age-key',
  'age-recipients',
  'old-llxprt',
  'old-kstlib',
  'old-kiwi',
  'version'
] as const
export const doctorCheckId = v.picklist(doctorCheckIds)
export type DoctorCheckId = v.InferOutput<typeof doctorCheckId>

const shown = v.pipe(v.string(), v.maxLength(600))

/** One finding. `why` says why it matters; `remedy` what a person can do, null when there is nothing to do. */
export const doctorRow = v.strictObject({
  id: doctorCheckId,
  state: v.picklist(['ok', 'warning', 'failure', 'skipped']),
  fact: shown,
  why: shown,
  remedy: v.nullable(shown),
  /** `fix` can repair it without touching a credential. */
  fixable: v.boolean(),
  /** Files that an import can read, by names that begin with `~`; empty when there is none. */
  files: v.array(shown)
})
export type DoctorRow = v.InferOutput<typeof doctorRow>
export type DoctorState = DoctorRow['state']

/** What the doctor found. It holds counts, file names and names of entries; never a secret. */
export const doctorReport = v.strictObject({
  checkedAt: v.pipe(v.string(), v.isoTimestamp()),
  version: shown,
  rows: v.array(doctorRow),
  /** What this run repaired, one sentence each; empty unless it was asked to. */
  repaired: v.array(shown)
})
export type DoctorReport = v.InferOutput<typeof doctorReport>

/** `readEntries`: open every stored entry, which may raise the keychain's prompts; nothing is changed by it. */
export const doctorRequest = v.strictObject({ readEntries: v.boolean() })
export type DoctorRequest = v.InferOutput<typeof doctorRequest>

/** `checks`: only these are repaired; null: everything that safely can be. */
export const doctorFixRequest = v.strictObject({
  checks: v.nullable(v.array(doctorCheckId)),
  readEntries: v.boolean()
})
export type DoctorFixRequest = v.InferOutput<typeof doctorFixRequest>

/** The same names in the window and on the command line. */
export const doctorTitles: Readonly<Record<DoctorCheckId, string>> = {
  keychain: 'Keychain round trip',
  backend: 'Backend in use',
  fallback: 'Fallback',
  home: 'Home folder',
  modes: 'File permissions',
  leftovers: 'Half-written files',
  catalog: 'Catalog',
  entries: 'Every entry readable',
  strays: 'Stray files',
  unlisted: 'Entries outside the list',
  intents: 'Interrupted operations',
  'sign-outs': 'Sign-outs',
  clock: 'Clock',
  loopback: 'Loopback port',
  providers: 'Your own providers',
  policy: 'Your own rules',
  tools: 'Tools that were set up',
  'aws-pairs': 'AWS access keys in plain text',
  hosts: 'Hosts of agents',
  'sops-config': 'SOPS configuration',
  'age-key': 'age key file',
  'age-recipients': 'age recipients',
  'old-llxprt': 'Old files of llxprt',
  'old-kstlib': 'Old files of kstlib',
  'old-kiwi': 'Old keychain entries of kiwi',
  version: 'Versions'
}

export const doctorStateWords: Readonly<Record<DoctorState, string>> = {
  ok: 'Passed',
  warning: 'Warning',
  failure: 'Failed',
  skipped: 'Skipped'
}

/** How many rows are in each state. */
export function doctorTotals(rows: readonly DoctorRow[]): Readonly<Record<DoctorState, number>> {
  const totals = { ok: 0, warning: 0, failure: 0, skipped: 0 }
  for (const { state } of rows) totals[state] += 1
  return totals
}
