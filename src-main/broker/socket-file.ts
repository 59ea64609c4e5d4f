import { once } from 'node:events'
import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { VaultError } from '#shared/problem.ts'
import type { SocketPlace } from '../../src-socket/socket-path.ts'
import { ensurePrivateDir, errorCode, isForeign, PRIVATE_FILE_MODE } from '../storage/files/private-files.ts'

const UMASK = 0o177

/**
 * Makes the server listen at its place: a socket that only its owner can open, in a folder that only its owner
 * can enter. The caller holds the lock of the home, so a socket that is there is a leftover and is replaced.
 * Throws STORE_WRITE_FAILED if the folder is a link or another user's, if another process listens there, if
 * something is there that is no socket of this user, and if the system does not let it listen.
 */
export async function listenPrivately(server: Server, { folder, path }: SocketPlace): Promise<void> {
  if (path === null) throw new VaultError('INTERNAL')
  if (folder !== null) {
    await ensurePrivateDir(folder)
    await removeLeftover(path)
  }
  // The mode is right from the first moment on; the umask is back before any other code runs.
  const before = process.umask(UMASK)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  try {
    await once(server, 'listening')
    if (folder !== null) await chmod(path, PRIVATE_FILE_MODE)
  } catch (error) {
    throw new VaultError('STORE_WRITE_FAILED', { cause: error })
  }
}

async function removeLeftover(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return
  if (!found.isSocket() || isForeign(found.uid) || (await answers(path))) {
    throw new VaultError('STORE_WRITE_FAILED', {
      message:
        'Something else is at the place of Latchkey’s socket, or another process answers there. Nothing was changed; end that process, or remove the file.'
    })
  }
  await unlink(path)
}

/** True if a process listens there. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    // EAGAIN: a process listens, and does not get to accepting.
    return errorCode(error) !== 'ECONNREFUSED' && errorCode(error) !== 'ENOENT'
  } finally {
    socket.destroy()
  }
}
