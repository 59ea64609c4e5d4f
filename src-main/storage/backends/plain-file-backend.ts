import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { SecretBackend } from '../../core/ports.ts'
import { createKeyFiles } from './key-files.ts'
import type { StoreLock } from '../store/store-lock.ts'
import { parseJson } from '../files/json-text.ts'

const fileSchema = v.union([
  v.strictObject({ key: v.string(), value: v.string() }),
  v.strictObject({ key: v.string(), record: v.custom<object>(isRecord) })
])

export type PlainFileOptions = {
  readonly dir: string
  /** Must be true: anyone who can read the folder, a backup or the disk can read every secret. */
  readonly insecurePlainText: boolean
  /** Called once, before the first secret is written in clear, with a sentence for a person. */
  readonly onWarning: (sentence: string) => void
  readonly lock?: StoreLock
}

export const UNENCRYPTED =
  'UNENCRYPTED: secrets are stored as plain text. Anyone who can read the folder, a backup of it or the disk can read them.'

/**
 * Secrets in clear: one `{key}.token.json` per key, 0600 in a folder of 0700 (document 003). For development,
 * where a person wants to look at the files. Throws CONFIG_INVALID unless `insecurePlainText` is set.
 */
export function createPlainFileBackend(options: PlainFileOptions): SecretBackend {
  const { dir, insecurePlainText, onWarning, lock } = options
  if (!insecurePlainText) {
    throw new VaultError('CONFIG_INVALID', {
      message: 'The plain-file store keeps secrets unencrypted. Set insecurePlainText: true if you want that.'
    })
  }
  const files = createKeyFiles(
    { id: 'plain-file', extension: '.token.json', encode, decode, keyInside },
    { dir, ...(lock && { lock }) }
  )
  let warned = false
  return {
    ...files,
    set: async (key, value) => {
      if (!warned) onWarning(UNENCRYPTED)
      warned = true
      await files.set(key, value)
    }
  }
}

/** Encodes a value. A JSON object is written as an object, so that a person can read it. */
function encode(key: string, value: string): string {
  const record = parseJson(value)
  const content = isRecord(record) && JSON.stringify(record) === value ? { key, record } : { key, value }
  return `${JSON.stringify(content, null, 2)}\n`
}

function decode(key: string, text: string): string {
  const parsed = v.safeParse(fileSchema, parseJson(text))
  if (!parsed.success || parsed.output.key !== key) throw new VaultError('CREDENTIAL_UNREADABLE')
  return 'value' in parsed.output ? parsed.output.value : JSON.stringify(parsed.output.record)
}

function keyInside(text: string): string | null {
  const parsed = v.safeParse(fileSchema, parseJson(text))
  return parsed.success ? parsed.output.key : null
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
