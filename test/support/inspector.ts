import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const VERSION = '2.12.0'
const cache = resolve('node_modules', '.cache', `mcp-inspector-${VERSION}`)
const fixture = resolve('test', 'fixtures', 'inspector')

/**
 * Installs the protocol's own inspector from npm, by a lockfile of its own, where it is not there yet: its 111 MB are for
 * two tests and no part of the project. Null: npm does not reach its registry.
 */
export async function inspector(): Promise<Inspector | null> {
  if (!existsSync(cache) && !(await install())) return null
  return new Inspector()
}

async function install(): Promise<boolean> {
  mkdirSync(resolve(cache, '..'), { recursive: true })
  const half = mkdtempSync(`${cache}-`)
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(fixture, name), join(half, name))
  // No “npm ci”: that one wants an optional package for Windows, too, which the registry does not have.
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { code } = await run('npm', ['install', ...options], half)
  if (code !== 0) {
    rmSync(half, { recursive: true })
    return false
  }
  renameSync(half, cache)
  return true
}

export type InspectorEnd = { readonly code: number; readonly out: string; readonly errors: string }

/** The inspector's command line, with a home and a configuration of its own. */
export class Inspector {
  readonly #home = mkdtempSync(join(tmpdir(), 'latchkey-inspector-'))

  /** Starts `latchkey mcp` with these variables and sends it one request; `era` is the protocol that is spoken. */
  async ask(
    era: 'legacy' | 'modern',
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<InspectorEnd> {
    const server = {
      type: 'stdio',
      command: process.execPath,
      args: [resolve('bin', 'latchkey.mjs'), 'mcp'],
      env
    }
    const config = join(this.#home, `${era}.json`)
    writeFileSync(config, JSON.stringify({ mcpServers: { latchkey: { ...server, protocolEra: era } } }))
    const program = join(cache, 'node_modules', '.bin', 'mcp-inspector')
    const wish = ['--cli', '--config', config, '--server', 'latchkey', '--format', 'json', ...args]
    const own = { HOME: this.#home, MCP_INSPECTOR_SECRET_STORE: 'memory' }
    return await run(process.execPath, [program, ...wish], this.#home, own)
  }

  end(): void {
    rmSync(this.#home, { recursive: true })
  }
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {}
): Promise<InspectorEnd> {
  return new Promise((done) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 120_000, maxBuffer: 16 * 1024 * 1024 }
    const child = execFile(program, [...args], options, (_error, out, errors) =>
      done({ code: child.exitCode ?? -1, out, errors })
    )
  })
}
