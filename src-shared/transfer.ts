import * as v from 'valibot'
import { everyDoor, windowOnly } from './doors.ts'
import { credentialKinds, hostName, serviceId } from './credential.ts'
import { newPassphrase, typedSecret } from './passphrase.ts'
import { shownText } from './shown-text.ts'

const instant = v.pipe(v.string(), v.isoTimestamp())
const shown = v.pipe(v.string(), v.maxLength(600))
const id = v.pipe(v.string(), v.maxLength(100))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** `path` is what the person chose, for them to find it again. */
export const exportReport = v.strictObject({
  path: v.string(),
  exported: count,
  /** Entries that could not be read and are not in the file, as shown: "GitHub · octocat". */
  missing: v.array(shown)
})
export type ExportReport = v.InferOutput<typeof exportReport>

export const importFormats = [
  'latchkey',
  'env',
  'json',
  'gh-hosts',
  'aws',
  'llxprt',
  'kstlib',
  'mcp-auth'
] as const
export type ImportFormat = (typeof importFormats)[number]

/** Where entries come from. `file`: the person chooses in a dialog of the system. `old-file`: one the doctor found. */
export const importSource = v.variant('kind', [
  v.strictObject({ kind: v.literal('file') }),
  v.strictObject({
    kind: v.literal('text'),
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(1_048_576))
  }),
  v.strictObject({ kind: v.literal('old-file'), path: v.pipe(v.string(), v.startsWith('~')) })
])
export type ImportSource = v.InferOutput<typeof importSource>

/** One entry that was found, masked. `index` names it in `runImport`. */
export const importRow = v.strictObject({
  index: count,
  service: serviceId,
  account: shownText,
  name: shownText,
  kind: v.picklist(credentialKinds),
  masked: v.pipe(v.string(), v.maxLength(16)),
  /** `new`; `same`: it is stored already; `replaces`: another value is stored; `refused`: it can't be kept. */
  state: v.picklist(['new', 'same', 'replaces', 'refused']),
  /** Why it is refused, or what a person should know of it; null: nothing. */
  note: v.nullable(shown),
  /** Of a sign-in: the server that its tokens go to, as `https://sso.example.net`. */
  issuer: v.exactOptional(shown),
  /** Of a key: the hosts it may be sent to. */
  hosts: v.exactOptional(v.array(hostName)),
  /** Of a key: hosts that only the file names; each needs a tick of its own. */
  moreHosts: v.exactOptional(v.array(hostName))
})
export type ImportRow = v.InferOutput<typeof importRow>

/** What would be imported. Nothing is stored yet; the values wait in the vault until `runImport` or `cancelImport`. */
export const importPreview = v.variant('kind', [
  v.strictObject({
    kind: v.literal('rows'),
    id,
    format: v.picklist(importFormats),
    /** Null: pasted text. */
    path: v.nullable(v.string()),
    rows: v.array(importRow),
    /** Lines and fields that were left out, one sentence each, never quoting a value. */
    skipped: v.array(shown),
    /** Something that was left out may be a secret. */
    leavesSecrets: v.boolean(),
    /** The file holds plaintext and can be removed after everything in it was imported and read back. */
    removable: v.boolean()
  }),
  /** An export: ask for its passphrase or recovery key, then `openImport`. */
  v.strictObject({ kind: v.literal('sealed'), id, path: v.nullable(v.string()) })
])
export type ImportPreview = v.InferOutput<typeof importPreview>

export const importRequest = v.strictObject({
  id,
  /** Indices of the rows to store. */
  rows: v.array(count),
  /** False: rows that would replace another value are refused. */
  replace: v.boolean(),
  /** Of `moreHosts`: those that the person ticked. `index` null: in every chosen row that has the host. */
  hosts: v.exactOptional(v.array(v.strictObject({ index: v.nullable(count), host: hostName }))),
  /** Removes the file of plaintext once every row of it is stored and was read back. */
  removePlaintext: v.boolean()
})
export type ImportRequest = v.InferOutput<typeof importRequest>

export const importReport = v.strictObject({
  rows: v.array(
    v.strictObject({
      index: count,
      result: v.picklist(['imported', 'unchanged', 'failed']),
      note: v.nullable(shown)
    })
  ),
  imported: count,
  plaintext: v.picklist(['removed', 'kept', 'none'])
})
export type ImportReport = v.InferOutput<typeof importReport>

/** The recovery copy: every credential, sealed to a key that only the person has. */
export const recoveryStatus = v.variant('kind', [
  v.strictObject({ kind: v.literal('off') }),
  v.strictObject({
    kind: v.literal('on'),
    createdAt: instant,
    /** Null: none could be written yet. */
    copiedAt: v.nullable(instant),
    path: v.string(),
    /** Null: all is well; else why the copy is older than the store. */
    problem: v.nullable(shown)
  })
])
export type RecoveryStatus = v.InferOutput<typeof recoveryStatus>

/** Leaving the computer and coming back. No answer holds a value; null: the person closed the dialog. */
export const transferRequests = {
  exportVault: {
    doors: windowOnly,
    input: v.strictTuple([v.strictObject({ passphrase: newPassphrase })]),
    output: v.nullable(exportReport)
  },
  previewImport: {
    doors: windowOnly,
    input: v.strictTuple([importSource]),
    output: v.nullable(importPreview)
  },
  /** Opens a sealed export with its passphrase or with a recovery key (`AGE-SECRET-KEY-1…`). */
  openImport: {
    doors: everyDoor,
    input: v.strictTuple([v.strictObject({ id, secret: typedSecret })]),
    output: importPreview
  },
  runImport: { doors: everyDoor, input: v.strictTuple([importRequest]), output: importReport },
  /** Forgets what `previewImport` read. */
  cancelImport: { doors: everyDoor, input: v.strictTuple([id]), output: v.null() },
  recoveryStatus: { doors: everyDoor, input: v.strictTuple([]), output: recoveryStatus },
  /** Makes a key, shows it in a dialog of the system and begins to keep copies; null: the person did not take it. */
  createRecoveryKey: { doors: windowOnly, input: v.strictTuple([]), output: v.nullable(recoveryStatus) },
  /** Ends the copies and removes the ones that are here. */
  removeRecoveryKey: { doors: windowOnly, input: v.strictTuple([]), output: recoveryStatus }
} as const
