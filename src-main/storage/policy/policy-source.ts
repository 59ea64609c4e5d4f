import { statSync } from 'node:fs'
import type { Policy } from '../../core/use/policy.ts'
import { readAuthorities, readPolicy } from './policy-file.ts'

export type ReadPolicy = {
  readonly policy: Policy
  /** Certificates of `network.ca_file` as PEM. */
  readonly authorities: readonly string[]
}

/** The policy of a home, read again when its file has changed. */
export class PolicySource {
  readonly #path: string
  #stamp: string | null = null
  #read: Promise<ReadPolicy> | null = null

  /** `path`: absolute path of policy.yaml, which may be missing. */
  constructor(path: string) {
    this.#path = path
  }

  /** Throws CONFIG_INVALID as long as the file is not valid, so that no rule of it is left out. */
  async current(): Promise<ReadPolicy> {
    const stamp = stampOf(this.#path)
    if (this.#read === null || stamp !== this.#stamp) {
      this.#stamp = stamp
      this.#read = read(this.#path)
      this.#read.catch(() => undefined) // whoever asks gets the error
    }
    return await this.#read
  }
}

async function read(path: string): Promise<ReadPolicy> {
  const policy = await readPolicy(path)
  return { policy, authorities: await readAuthorities(policy) }
}

/**
 * Changes with the content of the file: editors write a new file or change its time. It is asked for at each
 * request, and synchronously, because a switch to a thread and back takes twenty times as long.
 */
function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? 'missing' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
  } catch {
    return 'missing'
  }
}
