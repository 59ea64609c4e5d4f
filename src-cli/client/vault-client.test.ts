import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { socketPlace, terminalKeyFile } from '../../src-socket/socket-path.ts'
import { openVault } from './vault-client.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-client-'))
})
afterEach(() => rmSync(home, { recursive: true }))

it.runIf(process.platform !== 'win32')(
  'a vault that closes its socket before it has taken a client in is one that is not there',
  async () => {
    writeFileSync(terminalKeyFile(home), '07'.repeat(32), { mode: 0o600 })
    const path = socketPlace(home).path ?? ''
    mkdirSync(dirname(path), { recursive: true })
    const server = createServer().listen(path)
    await once(server, 'listening')
    let asks = 0
    const opening = openVault({
      home: () => home,
      keyFile: () => null,
      serveCommand: () => ['false'],
      holdStart: async () => {
        asks += 1
        throw new Error('The test ends here.')
      }
    })
    // The system has put the client into the queue, and this turn ends before the vault takes it out.
    server.close()
    await expect(opening).rejects.toMatchObject({
      problem: { message: 'Latchkey did not start. Run “latchkey serve” to see why.' }
    })
    expect(asks).toBe(1)
  }
)
