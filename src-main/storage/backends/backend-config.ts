import { isAbsolute, join } from 'node:path'
import * as v from 'valibot'
import { isNode } from 'yaml'
import { backendIds } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { readPrivateFile } from '../files/private-files.ts'
import { type ReadYaml, readYaml } from '../files/yaml-text.ts'

/** Names of the configuration file; only one of them may exist. */
export const configFiles = ['latchkey.yaml', 'latchkey.yml', 'latchkey.json'] as const

const path = v.pipe(v.string(), v.check(isAbsolute))
const directory = v.optional(path)
export const storeSchema = v.variant('type', [
  v.strictObject({ type: v.literal('keychain') }),
  v.strictObject({ type: v.literal('memory') }),
  v.strictObject({
    type: v.literal('encrypted-file'),
    directory,
    keyDirectory: v.optional(path),
    protection: v.optional(v.picklist(['passphrase', 'machine']), 'passphrase')
  }),
  v.strictObject({
    type: v.literal('plain-file'),
    directory,
    insecurePlainText: v.optional(v.boolean(), false)
  }),
  v.strictObject({
    type: v.literal('sops'),
    directory,
    ageKeyFile: path,
    recipients: v.optional(v.pipe(v.array(v.pipe(v.string(), v.startsWith('age1'))), v.minLength(1)))
  }),
  v.strictObject({ type: v.literal('custom'), module: path, options: v.optional(v.unknown(), null) })
])
const fileSchema = v.strictObject({ store: v.optional(storeSchema) })

/** The store as a person configured it. Folders are absolute; the factory chooses those that are missing. */
export type BackendConfig = v.InferOutput<typeof storeSchema>

/** Expected form of each field, in words; the schema's own messages quote the value. */
const expectations: Readonly<Record<string, string>> = {
  'store.type': `one of ${backendIds.join(', ')}`,
  'store.directory': 'an absolute path',
  'store.keyDirectory': 'an absolute path',
  'store.module': 'an absolute path',
  'store.ageKeyFile': 'an absolute path',
  'store.protection': 'passphrase or machine',
  'store.insecurePlainText': 'true or false',
  'store.recipients': 'a list of age recipients, each beginning with age1',
  store: 'a mapping with a type'
}

/**
 * Reads the store that `latchkey.yaml`, `latchkey.yml` or `latchkey.json` in `home` names. Throws
 * CONFIG_INVALID with file, line and the expected form, never with the value that was found. Null: there is
 * no such file, or it names no store.
 */
export async function readBackendConfig(home: string): Promise<BackendConfig | null> {
  const file = await findConfigFile(home)
  return file && parseBackendConfig(file.name, file.text)
}

type ConfigFile = { readonly name: string; readonly text: string }

/** Finds the configuration file of the home. Throws CONFIG_INVALID if there are two. Null: there is none. */
export async function findConfigFile(home: string): Promise<ConfigFile | null> {
  const texts = await Promise.all(
    configFiles.map(async (name) => ({ name, text: await readText(join(home, name)) }))
  )
  const [file, second] = texts.filter((each): each is ConfigFile & typeof each => each.text !== null)
  if (file && second) throw invalid(`There are both ${file.name} and ${second.name}. Keep one of them.`)
  return file ?? null
}

/** Parses the text of a configuration file and throws as `readBackendConfig`. JSON is YAML too. */
export function parseBackendConfig(name: string, text: string): BackendConfig | null {
  const read = readYaml(text, 'core')
  if (read.kind === 'broken') throw invalid(`${name}, line ${read.line}: ${read.fault}.`)
  const found = read.value ?? {}
  if (Array.isArray(found)) throw invalid(`${name}, line 1: ${complaint([], null)}`)
  const parsed = v.safeParse(fileSchema, found)
  if (parsed.success) return parsed.output.store ?? null
  const [issue] = parsed.issues
  const keys = issue.path?.map((item) => item.key) ?? []
  throw invalid(`${name}, line ${lineOf(read, keys)}: ${complaint(keys, issue.expected)}`)
}

function complaint(keys: readonly unknown[], expected: string | null): string {
  const field = keys.slice(0, 2).join('.')
  if (expected === 'never') {
    const place = keys.length > 1 ? 'store' : 'the file'
    return `${place} has an unknown field. Check its spelling.`
  }
  const what = expectations[field]
  return what === undefined ? 'the file must be a mapping with the field store.' : `${field} must be ${what}.`
}

/** Returns the line of the value, or of the nearest node around it that exists. */
function lineOf({ document, lines }: ReadYaml, keys: readonly unknown[]): number {
  for (let depth = keys.length; depth >= 0; depth -= 1) {
    const node: unknown = document.getIn(keys.slice(0, depth), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

async function readText(file: string): Promise<string | null> {
  return readPrivateFile(file).catch(() => {
    throw invalid('The configuration file can’t be read. It must be your own file.')
  })
}

function invalid(message: string): VaultError {
  return new VaultError('CONFIG_INVALID', { message })
}
