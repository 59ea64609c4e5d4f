import type { ImportRow } from '#shared/transfer.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'

const ANOTHER = 'Latchkey keeps another one under this name'
const NOT_KEPT = 'Latchkey can’t keep it'
const NOT_READ = 'it could not be read back'

/**
 * Keeps a secret that is in the clear, from a text that an import understands, and reads it back. Null: Latchkey has it;
 * else the reason why it has to stay where it is. Rejects with VaultRefusal.
 */
export async function keepSecret(text: string, vault: VaultConnection): Promise<string | null> {
  const { id, row } = await previewOf(text, vault)
  if (row?.state === 'new') {
    const order = { id, rows: [row.index], replace: false, removePlaintext: false }
    const { imported } = await ask(vault, 'runImport', [order])
    if (imported !== 1) return NOT_KEPT
  } else {
    await ask(vault, 'cancelImport', [id])
    if (row?.state !== 'same') return row?.state === 'replaces' ? ANOTHER : NOT_KEPT
  }
  const again = await previewOf(text, vault)
  await ask(vault, 'cancelImport', [again.id])
  return again.row?.state === 'same' ? null : NOT_READ
}

/** The only row of the text. Null: it is understood otherwise. */
async function previewOf(
  text: string,
  vault: VaultConnection
): Promise<{ readonly id: string; readonly row: ImportRow | null }> {
  const preview = await ask(vault, 'previewText', [], { body: once(text) })
  const rows = preview.kind === 'rows' ? preview.rows : []
  return { id: preview.id, row: rows.length === 1 ? (rows[0] ?? null) : null }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
