import * as v from 'valibot'
import { absolutePath } from '../absolute-path.ts'
import { hostName } from '../credential.ts'
import type { SocketRow } from './requests.ts'

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1000))
const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(1_048_576))

/** Secrets that are known by a name of their own: keys, keys of tools, tokens of MCP servers, settings of an extension. */
export const namedGroup = v.variant('view', [
  v.strictObject({ view: v.literal('key') }),
  v.strictObject({ view: v.literal('tool-key') }),
  v.strictObject({ view: v.literal('mcp-token') }),
  /** `folder`: of the extension, with its `.env`. */
  v.strictObject({ view: v.literal('extension'), extension: name, folder: absolutePath })
])
export type NamedGroup = v.InferOutput<typeof namedGroup>

/** A named secret as it is shown. */
export const namedView = v.strictObject({
  name: v.string(),
  /** `file`: only the path of a key file is known; `plain`: a setting that is no secret; `none`: nothing is stored. */
  kind: v.picklist(['secret', 'plain', 'file', 'none']),
  /** Null: no secret is stored. */
  masked: v.nullable(v.string()),
  /** Hosts that a key may be sent to. */
  hosts: v.array(v.string()),
  /** Of a key file; null: none is set. */
  path: v.nullable(v.string()),
  savedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp()))
})
export type NamedView = v.InferOutput<typeof namedView>

/** What is kept under a name. */
export const namedValue = v.variant('kind', [
  /** `hosts`: where a key may be sent; null: as before. Only keys of one's own take hosts. */
  v.strictObject({
    kind: v.literal('secret'),
    value: secretText,
    hosts: v.nullable(v.pipe(v.array(hostName), v.maxLength(50)))
  }),
  /** The path of a key file of a tool. */
  v.strictObject({ kind: v.literal('file'), path: absolutePath }),
  /** Takes a plain setting out of `.env`, or the key out of the key file: of `path`, or of the one that is set. */
  v.strictObject({ kind: v.literal('taken'), path: v.nullable(absolutePath) })
])
export type NamedValue = v.InferOutput<typeof namedValue>

const order = v.strictObject({
  group: namedGroup,
  name,
  value: namedValue,
  /** False refuses with INVALID_REQUEST where a secret of that name is stored. */
  replace: v.boolean()
})
export type NamedOrder = v.InferOutput<typeof order>

const named = v.strictObject({ group: namedGroup, name })
export type NamedSecretName = v.InferOutput<typeof named>

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** Secrets by names of their own, for the person's terminal. No answer holds a value. */
export const namedRequests = {
  listNamed: { ...forPerson, input: v.strictTuple([namedGroup]), output: v.array(namedView) },
  /** Fails with APPROVAL_DENIED if the window asked about a replacement and the person refused. */
  setNamed: { ...forPerson, input: v.strictTuple([order]), output: v.null() },
  /** False: there was none. Fails as `setNamed`. */
  deleteNamed: { ...forPerson, input: v.strictTuple([named]), output: v.boolean() }
} as const satisfies Record<string, SocketRow>
