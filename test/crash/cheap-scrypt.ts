import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const COSTLY = 2 ** 17
const CHEAP = 2 ** 10

/**
 * Lowers the cost of scrypt in this process to a hundredth, so that kills hit the writes and not the
 * arithmetic before them. The rest of a change of the passphrase stays as it is.
 */
export function makeScryptCheap(): void {
  const scrypt = crypto.scrypt
  const cheap: typeof crypto.scrypt = (password, salt, length, ...rest: unknown[]) => {
    const options = typeof rest[0] === 'object' ? (rest[0] as crypto.ScryptOptions) : {}
    const callback = rest.at(-1) as (error: Error | null, key: Buffer) => void
    const { N = COSTLY } = options
    scrypt(password, salt, length, { ...options, N: N >= COSTLY ? CHEAP : N }, callback)
  }
  crypto.scrypt = cheap
  syncBuiltinESMExports()
}
