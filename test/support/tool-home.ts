import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { type CliEnd, typeInto } from './run-cli.ts'

type RunOptions = {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * The home of a person who uses a real program: a clean HOME, an environment of few variables, and a PATH on which
 * Latchkey and its helpers are found by the names that npm would give them.
 */
export class ToolHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'latchkey-tool-'))
  readonly env: Readonly<Record<string, string>>

  /** `env`: what the program needs beside them, such as LATCHKEY_HOME. */
  constructor(env: Readonly<Record<string, string>>) {
    const bin = join(this.folder, 'bin')
    mkdirSync(bin)
    for (const file of readdirSync('bin'))
      symlinkSync(resolve('bin', file), join(bin, basename(file, '.mjs')))
    const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
    this.env = { HOME: this.folder, PATH: path, LANG: 'C.UTF-8', TMPDIR: tmpdir(), ...env }
  }

  /** Runs a program to its end. */
  run(program: string, args: readonly string[], { cwd, env, input = '' }: RunOptions = {}): Promise<CliEnd> {
    return new Promise((done) => {
      const child = execFile(
        program,
        args,
        { env: { ...this.env, ...env }, cwd: cwd ?? this.folder, timeout: 30_000 },
        (_error, out, errors) => done({ code: child.exitCode ?? -1, out, errors })
      )
      typeInto(child, input)
    })
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
