import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { Document, parseDocument } from 'yaml'
import { type BackendConfig, configFiles, findConfigFile, parseBackendConfig } from './backend-config.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { ensurePrivateDir } from '../files/private-files.ts'

const INTRODUCTION =
  ' Where Latchkey keeps secrets. Latchkey writes this when everything is moved to another store.'

/**
 * Sets `store` in the configuration file of the home: in the file that exists, in its format and with its
 * comments, else in a new `latchkey.yaml`. The file is replaced whole and is for its owner alone. Does
 * nothing if the file already names that store. Throws CONFIG_INVALID for a file that can't be understood,
 * which stays as it is, and STORE_WRITE_FAILED.
 */
export async function writeBackendConfig(home: string, store: BackendConfig): Promise<void> {
  const found = await findConfigFile(home)
  if (found && isDeepStrictEqual(parseBackendConfig(found.name, found.text), store)) return
  await ensurePrivateDir(home)
  const name = found?.name ?? configFiles[0]
  await writeFileAtomic(join(home, name), textWith(found, store))
}

function textWith(
  found: { readonly name: string; readonly text: string } | null,
  store: BackendConfig
): string {
  if (found?.name.endsWith('.json')) return `${JSON.stringify(jsonWith(found.text, store), null, 2)}\n`
  const document = documentOf(found?.text ?? '')
  document.setIn(['store'], document.createNode(store))
  return document.toString({ lineWidth: 0 })
}

/** Parses the text. A file with comments only has no mapping yet; its comments are kept. */
function documentOf(text: string): Document {
  const document = parseDocument(text) as Document
  if (document.contents !== null) return document
  const comment = document.commentBefore ?? document.comment ?? INTRODUCTION
  const made = new Document({})
  made.commentBefore = comment
  return made
}

function jsonWith(text: string, store: BackendConfig): Record<string, unknown> {
  const former = v.safeParse(v.record(v.string(), v.unknown()), parseDocument(text).toJS())
  return { ...(former.success ? former.output : {}), store }
}
