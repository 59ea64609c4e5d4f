import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

type Op = 'get' | 'set' | 'delete'

/** A way to the keychain that does one operation on one item. */
export type Peer = {
  readonly run: (op: Op, account: string, value?: string) => unknown
  readonly close: () => void
}

/** The system's Python: python3-keyring belongs to it. */
export const python = '/usr/bin/python3'

/** Python's `keyring` in a process that stays open, so that its start is not counted. */
export function pythonPeer(service: string): Peer {
  const child = spawn(python, [join(import.meta.dirname, 'keyring-peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    run: async (op, account, value = '') => {
      child.stdin.write(`${JSON.stringify([op, service, account, value])}\n`)
      const { done, value: line } = await answers.next()
      if (done) throw new Error('Python’s keyring ended.')
      return JSON.parse(line) as unknown
    },
    close: () => void child.stdin.end()
  }
}

/** `secret-tool`, a process for each operation. */
export function secretToolPeer(service: string): Peer {
  const verbs = { get: ['lookup'], set: ['store', '--label=bench'], delete: ['clear'] } as const
  return {
    run: (op, account, value = '') =>
      processOf('secret-tool', [...verbs[op], 'service', service, 'username', account], value),
    close: () => undefined
  }
}

/** One `get` of Python's `keyring`, with the start of its process. */
export function pythonProcess(service: string, account: string): string {
  return processOf(python, ['-m', 'keyring', 'get', service, account], '')
}

function processOf(command: string, args: string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}
