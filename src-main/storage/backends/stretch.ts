import { scrypt } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { Kdf } from './envelope.ts'

export const KEY_LENGTH = 32

/** A key of 32 bytes out of `input`, which is zeroed. */
export function stretch(input: Buffer, { n, r, p, salt }: Kdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const cost = { N: n, r, p, maxmem: 256 * n * r }
    scrypt(input, Buffer.from(salt, 'base64'), KEY_LENGTH, cost, (error, bytes) => {
      input.fill(0)
      if (error) return reject(new VaultError('INTERNAL', { cause: error }))
      resolve(bytes)
    })
  })
}

/** In the order in which they are sealed and digested. */
export function kdfFields({ name, n, r, p, salt }: Kdf): unknown[] {
  return [name, n, r, p, salt]
}
