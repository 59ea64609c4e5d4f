import type { ApiKeyRequest } from '#shared/ipc.ts'
import type { ImportFormat } from '#shared/transfer.ts'

export type FakeEntries = {
  readonly format: ImportFormat
  readonly entries: ApiKeyRequest[]
  readonly skipped: string[]
}

const names: Readonly<Record<string, string>> = { openai: 'OpenAI', github: 'GitHub', npm: 'npm' }

/**
 * Reads `OPENAI_API_KEY=value` or `OPENAI_API_KEY__work=value`, line by line, or JSON of `service/account:
 * value`.
 */
export function readFakeEntries(text: string): FakeEntries {
  const json = jsonOf(text)
  if (json !== null) {
    return { format: 'json', entries: Object.entries(json).map(([id, key]) => entryOf(id, key)), skipped: [] }
  }
  const entries: ApiKeyRequest[] = []
  const skipped: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, variable, account = 'default', key = ''] =
      /^([A-Z0-9]+)_(?:API_KEY|TOKEN)(?:__([^=]+))?=(.*)$/.exec(line) ?? []
    if (variable === undefined) skipped.push(`Line ${index + 1} names no service.`)
    else entries.push(entryOf(`${variable.toLowerCase()}/${account}`, key))
  }
  return { format: 'env', entries, skipped }
}

function jsonOf(text: string): Record<string, string> | null {
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    return null
  }
}

function entryOf(id: string, key: string): ApiKeyRequest {
  const [service = '', account = 'default'] = id.split('/')
  const name = names[service] ?? service
  return { service, account, name, key, allowedHosts: [], expiresAt: null, replace: false }
}
