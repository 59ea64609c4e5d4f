import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const project = resolve(import.meta.dirname, '../..')
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
/** What of the project `npm start` needs. */
const copied =
  'scripts e2e electron-host test bin src-shared src-socket src-cli src-main out package.json package-lock.json'.split(
    ' '
  )

export type StartOptions = {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** True: runs as root. Otherwise as an ordinary user, even if root runs the tests. */
  readonly asRoot?: boolean
  /** Text that is typed at the first question, on a terminal. */
  readonly typed?: string
}

export type StartEnd = {
  readonly code: number
  readonly out: string
  readonly seconds: number
}

/**
 * A clone of the project as `npm start` finds it, in a folder with a space in its name: built, without
 * Electron.
 */
export class StartTree {
  readonly root: string
  readonly home: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.root = join(folder, 'my clone')
    this.home = join(folder, 'home')
  }

  static async lay(): Promise<StartTree> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-start-'))
    await chmod(folder, 0o755)
    const tree = new StartTree(folder)
    await mkdir(tree.root)
    // The system's own `cp` takes a tenth of the time of Node's.
    execFileSync('cp', ['-a', ...copied.map((name) => join(project, name)), tree.root])
    await tree.#layPackages()
    await mkdir(tree.home)
    for (const path of [tree.home, tree.root, tree.electron]) await give(path)
    return tree
  }

  /** Electron's npm package in this tree: a copy that the user owns. */
  get electron(): string {
    return join(this.root, 'node_modules', 'electron')
  }

  /** Makes a new folder of the user beside the clone. */
  async folder(name: string): Promise<string> {
    const path = join(this.#folder, name)
    await mkdir(path)
    await give(path)
    return path
  }

  /**
   * Lays out the project's packages, all but Electron's: as links, or as copies if other users can not read
   * the project.
   */
  async #layPackages(): Promise<void> {
    const from = join(project, 'node_modules')
    const packages = join(this.root, 'node_modules')
    if (isOpenToOthers(project)) {
      await mkdir(packages)
      for (const name of await readdir(from)) await symlink(join(from, name), join(packages, name))
    } else {
      execFileSync('sh', ['-c', 'cp -al "$0" "$1" 2>/dev/null || cp -a "$0" "$1"', from, packages])
    }
    for (const name of ['electron', '.latchkey-lock'])
      await rm(join(packages, name), { recursive: true, force: true })
    const lock = await readFile(join(project, 'package-lock.json'))
    await writeFile(join(packages, '.latchkey-lock'), createHash('sha256').update(lock).digest('hex'))
    await mkdir(this.electron)
    for (const name of ['package.json', 'index.js', 'install.js', 'checksums.json'])
      await cp(join(from, 'electron', name), join(this.electron, name))
  }

  /** Runs `npm start` without npm, on the built files, to its end. */
  async start(options: StartOptions = {}): Promise<StartEnd> {
    const started = performance.now()
    const child = this.spawn(options)
    let out = ''
    const read = (data: Buffer): void => {
      out += String(data)
      if (options.typed !== undefined && out.includes('[y/N]') && child.stdin?.writable === true)
        child.stdin.end(`${options.typed}\r`)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    const [code] = (await once(child, 'close')) as [number | null]
    return {
      code: code ?? -1,
      out: out.replaceAll('\r\n', '\n'),
      seconds: (performance.now() - started) / 1000
    }
  }

  /** Starts as `start` does, and returns the running process. */
  spawn({ args = [], env = {}, asRoot = false, typed }: StartOptions): ReturnType<typeof spawn> {
    const node = join(this.root, 'node_modules', '.bin', 'node')
    const start = [node, join(this.root, 'scripts', 'run.mjs'), 'start', '--built', ...args]
    const command = asRoot && !isRoot ? ['unshare', '--map-root-user', ...start] : start
    const quoted = command.map((word) => `'${word}'`).join(' ')
    const [program = '', ...rest] = typed === undefined ? command : ['script', '-qec', quoted, '/dev/null']
    return spawn(program, rest, {
      cwd: this.root,
      env: { PATH: process.env['PATH'], HOME: this.home, LANG: 'C.UTF-8', TMPDIR: tmpdir(), ...env },
      stdio: [typed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(isRoot && !asRoot ? { uid: NOBODY, gid: NOBODY } : {})
    })
  }

  /** True if the vault's own folder is under this home; it stays absent if no vault was opened. */
  get hasVault(): boolean {
    return existsSync(join(this.home, '.local', 'share', 'latchkey'))
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** True if every user may read and enter all folders on the path. */
function isOpenToOthers(folder: string): boolean {
  const above = dirname(folder)
  return (statSync(folder).mode & 0o005) === 0o005 && (above === folder || isOpenToOthers(above))
}

/** Gives the path to the ordinary user if the tests run as root. */
async function give(path: string): Promise<void> {
  if (isRoot) await chown(path, NOBODY, NOBODY)
}

/** A display on which every user may open a window. */
export async function emptyDisplay(): Promise<{
  readonly name: string
  readonly close: () => Promise<void>
}> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-ac', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const ended = once(server, 'exit')
  const [number] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  return {
    name: `:${number}`,
    close: async () => {
      server.kill()
      await ended
    }
  }
}
