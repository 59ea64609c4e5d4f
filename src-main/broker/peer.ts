import { readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { type Peer, unknownPeer } from '../core/use/client.ts'

const SOL_SOCKET = 1
const SO_PEERCRED = 17

/** Reads the credentials of a peer from the descriptor of a connection; null: the system does not tell. */
export type PeerReader = (socket: Socket) => Peer

/**
 * Returns the reader for this system: SO_PEERCRED of unix(7) through koffi on Linux. Elsewhere, and where the
 * optional module koffi does not load, nothing is known of a peer, and the modes of the socket and its folder
 * are what keeps other users out.
 */
export async function peerReader(platform: NodeJS.Platform = process.platform): Promise<PeerReader> {
  if (platform !== 'linux') return () => unknownPeer
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load('libc.so.6')
    const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)')
    return (socket) => {
      const fd = descriptorOf(socket)
      if (fd === null) return unknownPeer
      const found = Buffer.alloc(12)
      if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, found, [found.length]) !== 0) return unknownPeer
      const pid = found.readInt32LE(0)
      return { pid, uid: found.readUInt32LE(4), program: programOf(pid) }
    }
  } catch {
    return () => unknownPeer
  }
}

/** Node keeps the descriptor of a connection in its handle, without a documented way to it. */
function descriptorOf(socket: Socket): number | null {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } | null }
  const fd = handle?.fd
  return fd !== undefined && fd >= 0 ? fd : null
}

function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return null
  }
}
