/**
 * A whole vault in a process of its own: `node refresh-child.ts HOME STORE SERVICE ACCOUNT`. Prints `ready`,
 * requests the token as soon as it reads a line, and prints the result, with a digest of the token.
 */
import { unpack } from '#shared/packed-list.ts'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { openTestVault } from '../../support/vault-harness.ts'

const [home = '', store = '', service = '', account = ''] = process.argv.slice(2)
const ref = { service, account }
const say = (event: object): void => void writeSync(1, `${JSON.stringify(event)}\n`)

const { vault } = await openTestVault({ home, store: store as 'keychain' | 'file' })
vault.on('changed', ({ upserted }) => {
  if (unpack(upserted).some(({ status }) => status.kind === 'refreshing')) say({ event: 'refreshing' })
})
say({ event: 'ready' })
await once(process.stdin, 'data')
try {
  const token = await vault.tokens.getToken(ref)
  say({
    event: 'token',
    digest: token.expose((text) => createHash('sha256').update(text).digest('hex'))
  })
} catch (error) {
  say({ event: 'refused', code: (error as { code?: string }).code ?? 'crash' })
}
await vault.close()
process.exit(0)
