import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A Secret Service that a script holds open; processes find it through `environment`. */
export type KeychainSession = {
  readonly environment: NodeJS.ProcessEnv
  readonly close: () => Promise<void>
}

const sayEnvironment = `${JSON.stringify(process.execPath)} -p 'JSON.stringify(process.env)'; cat >/dev/null`

/**
 * The session that `scripts/<script>` makes, held open until `close`. Rejects if the session can not be made.
 */
export async function openKeychainSession(
  script: string,
  variables: NodeJS.ProcessEnv = {}
): Promise<KeychainSession> {
  const path = join(import.meta.dirname, '../../../scripts', script)
  const child = spawn(path, ['bash', '-c', sayEnvironment], {
    env: { ...process.env, ...variables },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const first = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => null)
  ])
  if (first === null) throw new Error(`scripts/${script} ended before its keychain was there.`)
  return {
    environment: JSON.parse(first) as NodeJS.ProcessEnv,
    close: async () => {
      child.stdin.end()
      await ended
    }
  }
}
