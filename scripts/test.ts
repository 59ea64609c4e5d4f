// `npm test`: every check there is, from a fresh clone; ends with one line `N passed, N failed, N skipped`. The specs
// run on the stand-in; `--electron` runs those of the app on real Electron as well.
import { ensureChromium } from './browsers.ts'
import { electronForSpecs, specsOnElectron } from './electron-specs.ts'
import { say, script } from './script.ts'
import {
  check,
  clearResults,
  type Counts,
  crashedKeyrings,
  playwright,
  runSuite,
  type Suite,
  sum,
  vitest,
  withKeyring
} from './suites.ts'
import { testPackages } from './system-packages.ts'

const full = process.argv.includes('--full')
const onElectron = process.argv.includes('--electron')
const hasKeyring = process.platform === 'linux'
const trials = full ? { LATCHKEY_TRIALS: 'full' } : {}
const crashTrials = full ? { LATCHKEY_CRASH_TRIALS: '10000' } : {}

await script(async () => {
  clearResults()
  const done: Counts[] = [await runSuite(check('packages'))]
  // The first of each side runs while system packages are installed.
  const checks = Promise.all([inTurn(['types']), inTurn(['lint', 'format', 'unused', 'build'])])
  await ensureChromium(false, testPackages)
  if (onElectron) await electronForSpecs()
  done.push(...(await checks).flat())
  done.push(await runSuite(vitest('unit tests', 'unit', trials)))
  // More than half of their time is waiting, so three go side by side, each on a keychain of its own.
  // Whichever is done first goes on with what is left of the window.
  const shards = ['1/4', '2/4', '3/4', '4/4']
  const sides = hasKeyring ? [integration('1/2'), integration('2/2'), app()] : [null, null]
  done.push(...(await Promise.all(sides.map((suite) => side(suite, shards)))).flat())
  if (onElectron) done.push(await runSuite(specsOnElectron()))
  else done.push(skipped('e2e tests on real Electron: npm test -- --electron, or npm run e2e:electron'))
  if (!hasKeyring)
    for (const what of ['integration tests', 'e2e tests of the app'])
      done.push(skipped(`${what}: they need a throw-away keychain, which is there on Linux alone`))
  const total = sum(done)
  // Told again at the end: the output of the suites is thousands of lines.
  for (const name of total.failures) say(`\nFAILED: ${name}`)
  for (const report of crashedKeyrings()) say(`\nA KEYCHAIN CRASHED: ${report}`)
  for (const name of total.flaky) say(`\nFLAKY, passed at the second try: ${name}`)
  const flaky = total.flaky.length === 0 ? '' : `, ${total.flaky.length} flaky`
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped${flaky}`)
  return total.failed === 0 ? 0 : 1
})

/** The output of each check comes at its end, because another one runs beside it. */
async function inTurn(names: readonly string[]): Promise<Counts[]> {
  const done: Counts[] = []
  for (const name of names) done.push(await runSuite({ ...check(name), shown: 'later' }))
  return done
}

async function side(first: Suite | null, shards: string[]): Promise<Counts[]> {
  const done = first === null ? [] : [await runSuite(first)]
  for (let shard = shards.shift(); shard !== undefined; shard = shards.shift())
    done.push(await runSuite(window(shard)))
  return done
}

/** `shard` is which part of them, such as 1/2. */
function integration(shard: string): Suite {
  const title = `integration tests on a real keychain, ${shard}`
  const suite = vitest(title, 'integration', { ...trials, ...crashTrials }, shard)
  return { ...suite, command: withKeyring(suite.command), shown: 'later' }
}

function app(): Suite {
  const suite = playwright('e2e tests of the app on the stand-in for Electron', 'e2e-app', ['--project=app'])
  return { ...suite, command: withKeyring(suite.command), env: { ...suite.env, ...trials } }
}

/** Of the window alone; `shard` is which part of them, such as 1/4. */
function window(shard: string): Suite {
  const name = `e2e-window-${shard.replace('/', '-of-')}`
  const suite = playwright(`e2e tests of the window, ${shard}`, name, [
    '--project=window',
    `--shard=${shard}`
  ])
  const command = hasKeyring ? withKeyring(suite.command) : suite.command
  return { ...suite, command, env: { ...suite.env, ...trials }, shown: 'later' }
}

/** Named, and counted as one. */
function skipped(what: string): Counts {
  say(`\nSKIPPED: ${what}`)
  return { passed: 0, failed: 0, skipped: 1, flaky: [], failures: [] }
}
