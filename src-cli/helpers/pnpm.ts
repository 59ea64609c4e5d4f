import type { Helper } from './helper.ts'

/**
 * Writes the value of the header `Authorization` for a registry: pnpm runs a file without arguments, which runs this with
 * the host of its registry. Returns the exit code: 1 if there is nothing to give, with a
 * sentence on standard error. See pnpm.io/npmrc: tokenHelper.
 */
export const pnpmHelper: Helper = async ({ args, write, writeError }, vault) => {
  const [host, ...rest] = args
  if (host === undefined || rest.length > 0) {
    writeError('latchkey: latchkey-pnpm HOST\n')
    return 64
  }
  const answer = await vault.credential({ helper: 'pnpm', host })
  if (answer.kind === 'given') {
    write(`Bearer ${answer.credential.value}\n`)
    return 0
  }
  const sentence = answer.kind === 'refused' ? answer.sentence : 'Latchkey has no token for this registry.'
  writeError(`latchkey: ${sentence}\n`)
  return 1
}
