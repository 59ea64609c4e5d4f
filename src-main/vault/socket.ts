import { randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import { pipeNameFile, socketPlace, terminalKeyFile } from '../../src-socket/socket-path.ts'
import { awsAnswers } from '../broker/aws/aws-answers.ts'
import { agentAnswers } from '../broker/agent-answers.ts'
import { peerReader } from '../broker/peer.ts'
import { accountRuleAnswers } from '../broker/account-rule-answers.ts'
import { helperAnswers } from '../broker/helper-answers.ts'
import { socketHandler } from '../broker/socket-requests.ts'
import { moveAnswers } from '../broker/move-answers.ts'
import { signInAnswers } from '../broker/sign-in-answers.ts'
import { namedAnswers } from '../broker/named-answers.ts'
import { terminalAnswers } from '../broker/terminal-answers.ts'
import { tokenAnswers } from '../broker/token-answers.ts'
import { useAnswers } from '../broker/use-answers.ts'
import { openSocketServer, type SocketServer } from '../broker/socket-server.ts'
import { createFileAtomic, writeFileAtomic } from '../storage/files/atomic-file.ts'
import { readPrivateFile } from '../storage/files/private-files.ts'
import type { Vault } from './vault-ports.ts'

type SocketOptions = {
  readonly home: string
  readonly version: string
  readonly holder: 'app' | 'serve'
  /** Another process wants to open the home: this one has to close its vault. */
  readonly onHandOver: () => void
  readonly onConnections?: (count: number) => void
}

/**
 * Opens the socket of a vault. The caller holds the home. Throws STORE_WRITE_FAILED, and CREDENTIAL_UNREADABLE
 * for a key file that is a link or another user's.
 */
export async function openVaultSocket(vault: Vault, options: SocketOptions): Promise<SocketServer> {
  const { home, version, holder, onHandOver, onConnections } = options
  const terminalKey = await readTerminalKey(home)
  if (process.platform === 'win32') await writeFileAtomic(pipeNameFile(home), randomBytes(16).toString('hex'))
  const { use } = vault
  use.goOn()
  const server = await openSocketServer({
    place: socketPlace(home),
    peerOf: await peerReader(),
    clients: {
      find: async (id) => {
        if (id === TERMINAL) return { client: { id, name: TERMINAL }, secret: terminalKey }
        const client = use.clients.find(id)
        if (client === null) return null
        return { client: { id, name: client.name }, secret: await use.secretOf(id) }
      },
      onProved: (id) => use.clients.seen(id)
    },
    handle: socketHandler({
      lock: vault.lock,
      uses: {
        ...useAnswers(use),
        ...accountRuleAnswers(use),
        ...helperAnswers(use),
        ...agentAnswers({ ...use, approvals: use.activity.approvals }),
        ...terminalAnswers(vault.terminal),
        ...moveAnswers(vault.terminal),
        ...signInAnswers(vault.terminal),
        ...awsAnswers(vault.terminal.aws),
        ...tokenAnswers({ ...vault.terminal, mayUse: use.mayUse, accountRules: use.accountRules }),
        ...namedAnswers(vault.terminal)
      },
      handlers: {
        ...vault.handlers,
        ...use.handlers,
        ...vault.terminal.views, // in place of a window's
        ...(holder === 'app' && {
          answerQuestion: answerInWindow,
          answerProposal: answerInWindow,
          unlockVault: async (wish: { readonly passphrase: string | null }) =>
            wish.passphrase === null ? await unlockInWindow() : await vault.handlers.unlockVault(wish)
        }),
        status: async () => ({ version, holder, pid: process.pid }),
        handOver: async () => {
          setImmediate(onHandOver) // the answer goes out first
          return null
        }
      }
    }),
    ...(onConnections && { onConnections })
  })
  use.onCut((clientId) => server.cut(clientId))
  return server
}

/** A window asks, and its answer is worth more than one that a program of the same user could type. */
async function answerInWindow(): Promise<never> {
  throw new VaultError('INVALID_REQUEST', { message: 'Latchkey is open: answer in its window.' })
}

async function unlockInWindow(): Promise<never> {
  throw new VaultError('INVALID_REQUEST', { message: 'Latchkey is open: unlock it in its window.' })
}

/**
 * The secret by which the vault and the person's terminal prove themselves to each other: it keeps a socket of
 * another program from being taken for the vault's. Made once for a home, in a file for its owner alone.
 */
async function readTerminalKey(home: string): Promise<Uint8Array> {
  const path = terminalKeyFile(home)
  await createFileAtomic(path, randomBytes(32).toString('hex'))
  const text = (await readPrivateFile(path))?.trim() ?? ''
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message:
        'The file socket.key in the data folder is damaged. Remove it; a new one is made at the next start.'
    })
  }
  return Buffer.from(text, 'hex')
}
