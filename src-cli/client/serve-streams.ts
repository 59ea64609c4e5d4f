import { openSync, readdirSync, readFileSync } from 'node:fs'

/** O_CLOEXEC of Linux: a descriptor that a new program does not get. */
const CLOSE_ON_EXEC = 0o2000000
const MOST = 4096

/**
 * The streams of a vault that this program starts, by descriptor. None is ours: input, output and errors are
 * closed, and every other descriptor that the system would hand on, such as a pipe of a caller, leads to nothing.
 * Node itself keeps descriptors beyond 15 from a new program only up to the first gap, and on Linux alone.
 */
export function streamsOfVault(): ('ignore' | number)[] {
  const handedOn = new Set(handedOnDescriptors())
  const nothing = handedOn.size === 0 ? null : openSync('/dev/null', 'r+')
  const length = Math.max(2, ...handedOn) + 1
  return Array.from({ length }, (_, fd) => (nothing !== null && handedOn.has(fd) ? nothing : 'ignore'))
}

/** Descriptors beside the three streams that a new program would get. Only Linux tells, and only there any are. */
function handedOnDescriptors(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && fd < MOST && isHandedOn(fd))
}

function isHandedOn(fd: number): boolean {
  try {
    const [, flags] = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch (error) {
    // ENOENT: it was that of the listing itself. Before Linux 5.14 a process that is closed to debuggers can not read
    // this of itself.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
