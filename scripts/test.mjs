// `npm test`: every check there is, from a fresh clone; ends with one line `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import {
  electronBinary,
  ensureNodeModules,
  ensureSystemPackages,
  hostEnvironment,
  root,
  say,
  toolEnvironment
} from './setup.mjs'

const results = join(root, 'test-results')
const total = { passed: 0, failed: 0, skipped: 0 }
const full = process.argv.includes('--full')

ensureNodeModules()
ensureSystemPackages([
  'chromium',
  'chromium-headless-shell',
  'gnome-keyring',
  'dbus-daemon',
  'libglib2.0-bin',
  'libsecret-tools',
  'keepassxc',
  'python3-keyring',
  'python3-secretstorage',
  'xvfb',
  'xdotool',
  'xdg-desktop-portal',
  'xdg-desktop-portal-gtk',
  'age',
  'fonts-inter'
])
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const keyring = join(root, 'scripts', 'with-gnome-keyring.sh')
const electron = electronBinary()
const host = electron === null ? hostEnvironment : {}

for (const name of ['types', 'lint', 'format', 'unused', 'build']) await check(name)
await suite(
  'unit tests',
  'vitest',
  ['run', '--project', 'unit', ...vitestReport('unit')],
  vitestCounts('unit'),
  full ? { LATCHKEY_TRIALS: 'full' } : {}
)
// Much of their time is waiting, so two go side by side, each on a keychain of its own.
// Whichever is done first goes on with what is left of the window.
const shards = ['1/4', '2/4', '3/4', '4/4']
await Promise.all([integration().then(windows), app().then(windows)])
if (electron === null) {
  total.skipped += 1
  say('\nSKIPPED: e2e tests on real Electron: its binary is not here and can not be downloaded.')
}

say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)

function integration() {
  return suite(
    'integration tests on a real keychain',
    keyring,
    ['vitest', 'run', '--project', 'integration', ...vitestReport('integration')],
    vitestCounts('integration'),
    full ? { LATCHKEY_TRIALS: 'full', LATCHKEY_CRASH_TRIALS: '10000' } : {},
    'later'
  )
}

function app() {
  const place = electron === null ? 'the Electron host (no Electron here)' : 'Electron'
  return endToEnd(`e2e tests of the app on ${place}`, 'e2e-app', ['--project=app'], 'now')
}

async function windows() {
  for (let shard = shards.shift(); shard !== undefined; shard = shards.shift()) await window(shard)
}

/** Of the window alone; `shard` is which part of them, such as 1/4. */
function window(shard) {
  const name = `e2e-window-${shard.replace('/', '-of-')}`
  return endToEnd(
    `e2e tests of the window, ${shard}`,
    name,
    ['--project=window', `--shard=${shard}`],
    'later'
  )
}

function endToEnd(title, name, options, shown) {
  const env = { ...host, PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, `${name}.json`) }
  return suite(
    title,
    keyring,
    ['playwright', 'test', ...options, `--output=${join(results, name)}`],
    playwrightCounts(`${name}.json`),
    full ? { ...env, LATCHKEY_TRIALS: 'full' } : env,
    shown
  )
}

/** An npm script that counts as one check. */
function check(name) {
  return suite(name, 'npm', ['run', '--silent', name], (status) => (status === 0 ? [1, 0, 0] : [0, 1, 0]))
}

/**
 * Runs a command and adds what it counted; one that ends badly without a failed test counts as a failure. `shown`: its
 * output as it comes, or all of it at the end.
 */
async function suite(title, command, args, count, env = {}, shown = 'now') {
  const started = Date.now()
  if (shown === 'now') say(`\n== ${title}`)
  const output = shown === 'now' ? 'inherit' : 'pipe'
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', output, output],
    env: toolEnvironment(env)
  })
  const written = []
  child.stdout?.on('data', (data) => written.push(data))
  child.stderr?.on('data', (data) => written.push(data))
  const [status] = await once(child, 'close').catch(() => [1])
  if (shown === 'later') process.stdout.write(Buffer.concat([Buffer.from(`\n== ${title}\n`), ...written]))
  const [passed, failed, skipped] = count(status)
  const missed = status !== 0 && failed === 0 ? 1 : 0
  total.passed += passed
  total.failed += failed + missed
  total.skipped += skipped
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  say(`== ${title}: ${passed} passed, ${failed + missed} failed, ${skipped} skipped in ${seconds} s`)
}

function vitestReport(name) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${join(results, `${name}.json`)}`]
}

/** A run that wrote no report has run nothing, and that is a failure. */
function report(file) {
  const path = join(results, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

function vitestCounts(name) {
  return () => {
    const counts = report(`${name}.json`)
    if (counts === null || counts.numTotalTests === 0) return [0, 1, 0]
    return [counts.numPassedTests, counts.numFailedTests, counts.numPendingTests + counts.numTodoTests]
  }
}

function playwrightCounts(file) {
  return () => {
    const stats = report(file)?.stats
    if (!stats || stats.expected + stats.unexpected === 0) return [0, 1, 0]
    return [stats.expected, stats.unexpected + stats.flaky, stats.skipped]
  }
}
