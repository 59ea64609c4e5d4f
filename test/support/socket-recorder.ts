import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { FrameReader } from '../../src-socket/frames.ts'
import { socketPlace } from '../../src-socket/socket-path.ts'
import { environmentOf } from './vault-processes.ts'

/** What went over the socket of a home. */
export type SocketRecorder = {
  /** The bytes of each direction of each connection, from now on. */
  readonly begin: () => void
  /**
   * Each direction of each connection since then, twice: its bytes, and its messages and bodies without the heads
   * of their frames, because a head may stand within a value.
   */
  readonly said: () => readonly Buffer[]
  /** The part of it that the vault said. */
  readonly answered: () => readonly Buffer[]
  readonly close: () => void
}

/** Takes the place of the vault's socket and passes everything on, so that every client speaks through it. */
export async function recordSocket(home: string): Promise<SocketRecorder> {
  const path = socketPlace(home).path ?? ''
  const moved = `${path}.moved`
  renameSync(path, moved)
  let streams: Buffer[][] = []
  const pass = (from: Socket, to: Socket): void => {
    const stream: Buffer[] = []
    streams.push(stream)
    from.on('data', (bytes: Buffer) => {
      stream.push(bytes)
      to.write(bytes)
    })
    from.once('end', () => to.end()).once('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
  const server = createServer((client) => {
    const vault = connect(moved)
    pass(client, vault)
    pass(vault, client)
  })
  const twice = (stream: readonly Buffer[]): Buffer[] => {
    const bytes = Buffer.concat(stream)
    return [bytes, contentOf(bytes)]
  }
  server.listen(path)
  await once(server, 'listening')
  return {
    begin: () => (streams = []),
    said: () => streams.flatMap(twice),
    answered: () => streams.filter((_, at) => at % 2 === 1).flatMap(twice),
    close: () => {
      server.close()
      rmSync(moved, { force: true })
    }
  }
}

function contentOf(stream: Buffer): Buffer {
  const frames = new FrameReader().push(stream)
  const messages = frames.map((frame) => (frame.kind === 'message' ? JSON.stringify(frame.value) : ''))
  const bodies = frames.map((frame) => (frame.kind === 'data' ? frame.bytes : Buffer.alloc(0)))
  return Buffer.concat([Buffer.from(messages.join('\n')), ...bodies])
}

/** What the system shows of each process that was started for a home: its arguments and its environment. */
export function shownProcesses(home: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = environmentOf(Number(pid))
        if (environment['LATCHKEY_HOME'] !== home) return []
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8') + JSON.stringify(environment)]
      } catch {
        return [] // it has ended meanwhile
      }
    })
}
