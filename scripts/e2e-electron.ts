// `npm run e2e:electron`: every spec of the app on real Electron, and one report: test-results/electron-report.md.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { release, type, version } from 'node:os'
import { join } from 'node:path'
import { electronReport, type Machine, specResults } from './electron-report.ts'
import {
  type ElectronForSpecs,
  electronForSpecs,
  SPECS_ON_ELECTRON,
  specsOnElectron
} from './electron-specs.ts'
import { build, root, say, script } from './script.ts'
import { clearResults, results, runSuite } from './suites.ts'

await script(async () => {
  const electron = await electronForSpecs()
  await build()
  clearResults()
  const { passed, failed, skipped } = await runSuite(specsOnElectron(process.argv.slice(2)))
  const report = join(results, `${SPECS_ON_ELECTRON}.json`)
  const found = specResults(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null)
  writeFileSync(join(results, 'electron-report.md'), electronReport(machine(electron), found))
  say(`\n${passed} passed, ${failed} failed, ${skipped} skipped on Electron ${electron.electron}`)
  say('Everything is in test-results/electron-report.md.')
  return failed === 0 ? 0 : 1
})

function machine({ electron, chromium, node }: ElectronForSpecs): Machine {
  const { env } = process
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout
  const desktop = [env['XDG_CURRENT_DESKTOP'], env['XDG_SESSION_TYPE']].filter(Boolean).join(', ')
  const display = process.platform === 'linux' ? 'specs under Xvfb' : 'specs on the desktop'
  return {
    latchkey: commit?.trim() ?? 'unknown',
    electron,
    chromium,
    node,
    system: `${type()} ${release()} ${process.arch} (${systemName()})`,
    desktop: desktop === '' ? `none; ${display}` : `${desktop}; ${display}`,
    user: process.getuid?.() === 0 ? 'root' : 'ordinary',
    date: new Date().toISOString()
  }
}

function systemName(): string {
  const file = '/etc/os-release'
  const name = existsSync(file) ? /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  return name ?? version()
}
