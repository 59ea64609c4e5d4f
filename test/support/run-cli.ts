import { type ChildProcess, execFile } from 'node:child_process'

export type CliEnd = { readonly code: number; readonly out: string; readonly errors: string }

/**
 * Runs the real command line in a process of its own, with `input` on its standard input. `uid`: user of the
 * process.
 */
export function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
  uid?: number
): Promise<CliEnd> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      ['bin/latchkey.mjs', ...args],
      {
        env: { ...process.env, ...env },
        timeout: 30_000,
        maxBuffer: 64 * 1024 * 1024,
        ...(uid !== undefined && { uid, gid: uid })
      },
      (_error, out, errors) => done({ code: child.exitCode ?? -1, out, errors })
    )
    typeInto(child, input)
  })
}

/** Writes the text to standard input and closes it. A process may end without reading: the broken pipe is no fault. */
export function typeInto({ stdin }: Pick<ChildProcess, 'stdin'>, text: string): void {
  stdin?.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  stdin?.end(text)
}
