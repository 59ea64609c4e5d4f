import { once } from 'node:events'
import { chmod, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { electronVersion, layFakeElectron } from '../fakes/fake-electron.ts'
import { emptyDisplay, type StartOptions, StartTree } from '../support/start-tree.ts'

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

/**
 * An Electron that starts the stand-in, with a window on the screen: as close to the real one as possible.
 */
async function layWorkingElectron(): Promise<string> {
  const folder = join(tree.root, 'an electron')
  await layFakeElectron(folder, 'works')
  const script = `#!/bin/sh\nELECTRON_HOST_HEADED=1 exec '${tree.root}/electron-host/bin/electron' "$@"\n`
  await writeFile(join(folder, 'electron'), script)
  await chmod(join(folder, 'electron'), 0o755)
  return folder
}

/** Starts, waits for the page of the vault in a window, then asks the script to end. */
async function openAndEnd(options: StartOptions): Promise<string> {
  const args = ['--remote-debugging-port=0', ...(options.args ?? [])]
  const child = tree.spawn({ ...options, args, env: { DISPLAY: display.name, ...options.env } })
  let out = ''
  const address = new Promise<string>((resolve, reject) => {
    const read = (data: Buffer): void => {
      out += String(data)
      if (options.typed !== undefined && out.includes('[y/N]')) child.stdin?.end(`${options.typed}\r`)
      // The first address is that of the probe.
      const opened = out.split('Latchkey runs in')[1]
      const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(opened ?? '') ?? []
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/json/list`)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', () => reject(new Error(out)))
  })
  const list = await address
  const title = async (): Promise<string | undefined> => {
    const pages = (await (await fetch(list)).json()) as readonly { title: string; type: string }[]
    return pages.find((page) => page.title === 'Latchkey')?.title
  }
  await expect.poll(title).toBe('Latchkey')
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return out
}

describe('npm start on a display opens the vault in a window', () => {
  it('of Electron', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: await layWorkingElectron() }
    const out = await openAndEnd({ env })
    expect(out).toContain(`Latchkey runs in Electron ${electronVersion}.`)
    expect(tree.hasVault).toBe(true)
  })
  it('of Chromium, after a yes', async () => {
    const folder = join(tree.root, 'a crash')
    await layFakeElectron(folder, 'crashes-on-probe')
    const out = await openAndEnd({ env: { ELECTRON_OVERRIDE_DIST_PATH: folder }, typed: 'y' })
    expect(out).toContain('Latchkey runs in Chromium, through the stand-in for Electron.')
  })
  it('of Chromium, where that was said beforehand', async () => {
    const out = await openAndEnd({ args: ['--host'] })
    expect(out).toContain('Latchkey runs in Chromium, through the stand-in for Electron.')
  })
})

describe('npm start without a display is the guided tour', () => {
  const begins = /^This machine has no display: here is the guided tour instead of a window\.\n/

  it('which ends well', { timeout: 120_000 }, async () => {
    const { code, out } = await tree.start()
    expect(out).toMatch(begins)
    expect(out).toContain('Pictures of each step are in tour/.')
    expect(code).toBe(0)
  })

  it('which opens the vault for root, too', { timeout: 120_000 }, async () => {
    await rm(join(tree.root, 'tour'), { recursive: true, force: true }) // it belongs to another user
    const child = tree.spawn({ asRoot: true })
    let out = ''
    child.stdout?.on('data', (data) => (out += String(data)))
    child.stderr?.on('data', (data) => (out += String(data)))
    const ended = once(child, 'exit')
    const pictures = (): Promise<string[]> => readdir(join(tree.root, 'tour')).catch(() => [])
    await expect.poll(pictures, { timeout: 90_000 }).toContain('01-first-start.png')
    child.kill('SIGTERM')
    await ended
    expect(out).toMatch(begins)
    expect(out).toMatch(/^1 +First start +\S/m)
  })
})
