import { existsSync, readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ElectronState, electronVersion, layFakeElectron } from '../fakes/fake-electron.ts'
import { emptyDisplay, type StartEnd, type StartOptions, StartTree } from '../support/start-tree.ts'

/** Seconds within which every start ends. */
const LIMIT_S = 30

let tree: StartTree
let display: Awaited<ReturnType<typeof emptyDisplay>>
beforeAll(async () => {
  display = await emptyDisplay()
  tree = await StartTree.lay()
})
afterAll(async () => {
  await tree.remove()
  await display.close()
})
afterEach(() => rm(join(tree.home, '.local'), { recursive: true, force: true }))

/** Starts on a fake Electron in this state, in a folder whose name has a space and a quote. */
async function startOn(
  state: ElectronState,
  options: StartOptions = {}
): Promise<StartEnd & { starts: string }> {
  const folder = join(tree.root, `it's ${state}`)
  await layFakeElectron(folder, state)
  const env = { DISPLAY: display.name, ELECTRON_OVERRIDE_DIST_PATH: folder, ...options.env }
  const end = await tree.start({ ...options, env })
  return { ...end, starts: await readFile(join(folder, 'starts'), 'utf8') }
}

/** True if the process runs. False also for a process that has ended and is not collected yet. */
function isRunning(pid: number): boolean {
  const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z'
  return !/\) Z/.test(state)
}

describe('npm start on an Electron that works', () => {
  it('opens the app with what was typed behind it, and ends as it ends', async () => {
    const { code, out, starts } = await startOn('works', { args: ['--hidden'] })
    expect(out).toContain(`Latchkey runs in Electron ${electronVersion}.`)
    expect(starts.split('\n')[1]).toMatch(/^1 run-as-node= \. --hidden$/)
    expect(code).toBe(0)
  })

  it('takes ELECTRON_RUN_AS_NODE of the caller away', async () => {
    const { code, starts } = await startOn('works', { env: { ELECTRON_RUN_AS_NODE: '1' } })
    expect(starts.match(/run-as-node= /g)).toHaveLength(2)
    expect(code).toBe(0)
  })
})

describe('npm start on an Electron that does not work ends with a sentence and opens nothing', () => {
  it.each<[ElectronState, RegExp]>([
    ['no-sandbox', /can’t build its sandbox here, because .*\n.*\n\n {2}(sudo|printf) .+\n/],
    ['no-user-namespaces', /can’t build its sandbox here, because /],
    ['root', /not opened as root/],
    ['no-display', /the display :\d+ does not answer\.\n.*npm run tour/],
    ['missing-library', /libnss3\.so is missing\.\nType “sudo apt-get install libnss3”/],
    ['crashes-on-probe', /ended at once \(SIGSEGV\)/],
    ['crashes-afterwards', /Electron ended with an error \(SIGSEGV\)/],
    ['fails-afterwards', /it broke[^]*Electron ended with an error \(exit code 7\)/],
    ['other-version', new RegExp(`is Electron 30\\.0\\.0, and Latchkey is built for ${electronVersion}`)]
  ])('%s', async (state, sentence) => {
    const { code, out, seconds } = await startOn(state)
    expect(out).toMatch(sentence)
    expect(code).toBe(1)
    expect(seconds).toBeLessThan(LIMIT_S)
    expect(tree.hasVault).toBe(false)
  })

  it('hangs, and is ended with its children', async () => {
    const { code, out, seconds, starts } = await startOn('hangs')
    expect(out).toContain('gave no answer within 15 seconds')
    expect(out).toContain('npm start -- --host')
    const pids = /^(\d+) (\d+)$/m.exec(starts)?.slice(1) ?? []
    expect(pids).toHaveLength(2)
    for (const pid of pids) await expect.poll(() => isRunning(Number(pid))).toBe(false)
    expect(code).toBe(1)
    expect(seconds).toBeLessThan(LIMIT_S)
  })

  it('is not in the folder that was chosen', async () => {
    const env = { DISPLAY: display.name, ELECTRON_OVERRIDE_DIST_PATH: join(tree.root, 'nowhere') }
    const { code, out } = await tree.start({ env })
    expect(out).toMatch(/ELECTRON_OVERRIDE_DIST_PATH names .*nowhere, and there is no Electron in it/)
    expect(code).toBe(1)
  })
})

describe('npm start for root', () => {
  it.each([[[]], [['--host']]])('opens nothing on a display, with %j', async (args) => {
    const { code, out, starts } = await startOn('works', { args, asRoot: true })
    expect(out).toMatch(/^\nLatchkey is not opened as root: .*\n.*npm run tour\n$/)
    expect(starts).toBe('')
    expect(code).toBe(1)
    expect(tree.hasVault).toBe(false)
  })
})

describe('npm start where a person can be asked', () => {
  it.each([
    ['“n”', 'n'],
    ['nothing', ''],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004']
  ])('opens nothing in Chromium after %s', async (_name, typed) => {
    const { code, out } = await startOn('crashes-on-probe', { typed })
    expect(out).toContain('Open your vault in Chromium instead, through the stand-in for Electron? [y/N]')
    expect(out).toContain('Nothing was opened.')
    expect(code).toBe(1)
    expect(tree.hasVault).toBe(false)
  })
})
