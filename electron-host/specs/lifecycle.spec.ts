import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronPath, expect, fixtureApp, isHost, test } from './fixture.ts'

declare const hostSpy: { tray: Electron.Tray; setContextMenu: Electron.Menu; setToolTip: string }

/** Returns the processes of this machine that were started with this text in an argument. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').includes(text)
      } catch {
        return false // it ended meanwhile
      }
    })
}

test('closing hides to the tray; the tray shows again and quits', async ({ run: { app, page } }) => {
  const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(visible).toBe(true)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await expect.poll(visible).toBe(false)
  expect(page.isClosed()).toBe(false)
  const labels = await app.evaluate(() =>
    hostSpy.setContextMenu.items.map(({ type, label }) => (type === 'separator' ? '-' : label))
  )
  expect(labels).toEqual(['2 services', '-', 'Show', 'Quit'])
  expect(await app.evaluate(() => hostSpy.setToolTip)).toBe('Host Fixture')
  await app.evaluate(() => hostSpy.setContextMenu.items[2]?.click())
  await expect.poll(visible).toBe(true)
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  await app.evaluate(() => void hostSpy.tray.emit('click'))
  await expect.poll(visible).toBe(true)
  const closed = app.waitForEvent('close')
  await app.evaluate(() => hostSpy.setContextMenu.items[3]?.click())
  await closed
  await expect.poll(() => app.windows()).toEqual([])
})

test('a second start shows the first one and ends', async ({ run: { app, userData } }) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  const args = ['--no-sandbox', fixtureApp, `--user-data-dir=${userData}`]
  const second = spawn(electronPath(), args, { stdio: 'ignore' })
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
  const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(visible).toBe(true)
})

test('a Chromium that ends unasked ends the app, which says how it ended', async ({
  run: { app, userData }
}) => {
  test.skip(!isHost, 'Electron is its own Chromium')
  const started = processesWith(userData).find((pid) => {
    const args = readFileSync(join('/proc', pid, 'cmdline'), 'utf8')
    return args.includes('--remote-debugging-pipe') && !args.includes('--type=')
  })
  const host = app.process()
  let errors = ''
  host.stderr!.on('data', (text) => (errors += String(text)))
  const ended = new Promise((resolve) => host.once('close', resolve))
  process.kill(Number(started), 'SIGKILL')
  expect(await ended).toBe(1)
  expect(errors).toContain('electron host: Chromium ended unasked, SIGKILL')
})

const onOwnBus = test.extend<{ bus: { readonly address: string; readonly end: () => Promise<void> } }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  bus: async ({}, use) => {
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'])
    const exited = once(daemon, 'exit')
    const [line] = (await once(daemon.stdout, 'data')) as [Buffer]
    const end = async (): Promise<void> => {
      daemon.kill()
      await exited
    }
    await use({ address: String(line).trim(), end })
    await end()
  },
  env: async ({ bus }, use) => await use({ DBUS_SESSION_BUS_ADDRESS: bus.address })
})

onOwnBus.describe('on a session bus of its own', () => {
  onOwnBus.skip(process.platform !== 'linux', 'only Linux has one')

  onOwnBus('an app outlives the bus, with its pages', async ({ bus, run: { app, page } }) => {
    await bus.end()
    const pages = await app.evaluate(async ({ BaseWindow, WebContentsView }) => {
      const titles: string[] = []
      for (const title of ['one', 'two', 'three']) {
        const window = new BaseWindow({ show: false })
        const view = new WebContentsView()
        window.contentView.addChildView(view)
        await view.webContents.loadURL(`data:text/html,<title>${title}</title>`)
        titles.push(view.webContents.getTitle())
        window.destroy()
      }
      return titles
    })
    expect(pages).toEqual(['one', 'two', 'three'])
    expect(await page.title()).toBe('Host Fixture')
  })
})

test('quitting leaves no process behind, whatever is still open', async ({ run: { app, userData } }) => {
  await app.evaluate(
    ({ BaseWindow, utilityProcess, WebContentsView }, { utility, mark }) => {
      new BaseWindow().contentView.addChildView(new WebContentsView())
      utilityProcess.fork(utility, [mark], { stdio: 'ignore' })
    },
    { utility: join(fixtureApp, 'utility.mjs'), mark: userData }
  )
  await expect.poll(() => app.windows().length).toBe(2)
  expect(processesWith(userData).length).toBeGreaterThan(2)
  await app.close()
  await expect.poll(() => processesWith(userData)).toEqual([])
})

test('quitting asks every window, and begins anew after one has refused', async ({ run: { app } }) => {
  const heard = await app.evaluate(async ({ app: electronApp, BaseWindow, BrowserWindow }) => {
    const names: string[] = []
    electronApp.on('before-quit', () => names.push('before-quit'))
    electronApp.on('will-quit', (event) => {
      names.push('will-quit')
      event.preventDefault() // a later quit starts anew here too
    })
    BrowserWindow.getAllWindows()[0]!.on('closed', () => names.push('main closed'))
    const stubborn = new BaseWindow({ show: false })
    const last = new BaseWindow({ show: false })
    let isStubborn = true
    stubborn.on('close', (event) => {
      names.push('stubborn asked')
      if (isStubborn) event.preventDefault()
    })
    last.on('closed', () => names.push('last closed'))
    electronApp.quit()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    isStubborn = false
    electronApp.quit()
    electronApp.quit()
    return names
  })
  expect(heard).toEqual([
    'before-quit',
    'stubborn asked',
    'last closed',
    'main closed',
    'before-quit',
    'stubborn asked',
    'will-quit',
    'before-quit',
    'will-quit'
  ])
  await app.evaluate(({ app: electronApp }) => setTimeout(() => electronApp.exit()))
})

test('the exit code of the app is the exit code of the process', async ({ run: { app } }) => {
  const child = app.process()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await app.evaluate(({ app: electronApp }) => setTimeout(() => electronApp.exit(7)))
  expect(await ended).toBe(7)
})

test('the app knows its name, version and folders', async ({ run: { app, userData } }) => {
  const known = await app.evaluate(({ app: electronApp }, path) => {
    const { name, isPackaged } = electronApp
    const before = [
      name,
      electronApp.getVersion(),
      electronApp.isReady(),
      isPackaged,
      electronApp.getPath('userData')
    ]
    electronApp.setName('Other')
    electronApp.setPath('documents', path)
    return [...before, electronApp.getName(), electronApp.getPath('documents')]
  }, '/elsewhere')
  expect(known).toEqual(['Host Fixture', '1.2.3', true, false, userData, 'Other', '/elsewhere'])
})

test('what Electron takes before it is ready is refused afterwards', async ({ run: { app } }) => {
  const said = await app.evaluate(({ app: electronApp, protocol }) => {
    const uses = [
      () => electronApp.enableSandbox(),
      () => protocol.registerSchemesAsPrivileged([{ scheme: 'late', privileges: { standard: true } }]),
      () => electronApp.setPath('documents', 'not/absolute'),
      () => electronApp.setPath('nowhere', '/x')
    ]
    return uses.map((use) => {
      try {
        return String(use())
      } catch (error) {
        return (error as Error).message
      }
    })
  })
  expect(said).toEqual([
    'app.enableSandbox() can only be called before app is ready',
    'protocol.registerSchemesAsPrivileged should be called before app is ready',
    'Path must be absolute',
    'Failed to set path'
  ])
})

test('the folders of the pages are not moved under them', async ({ run: { app } }) => {
  test.fail(!isHost, 'Electron takes it and leaves its sessions where they are; the host is stricter')
  const said = await app.evaluate(({ app: electronApp }) =>
    (['userData', 'sessionData'] as const).map((name) => {
      try {
        return String(electronApp.setPath(name, '/elsewhere'))
      } catch (error) {
        return (error as Error).message
      }
    })
  )
  expect(said).toEqual([
    'electron host: userData is set after ready, when pages are kept there',
    'electron host: sessionData is set after ready, when pages are kept there'
  ])
})

test('a test reaches the main process and maps pages to windows', async ({ run: { app, page } }) => {
  const window = await app.browserWindow(page)
  expect(await window.evaluate((target) => target.getContentSize())).toEqual([760, 480])
  await expect.poll(() => window.evaluate((target) => target.getTitle())).toBe('Host Fixture')
  const said = app.waitForEvent('console')
  await app.evaluate(() => console.log('from main'))
  expect((await said).text()).toBe('from main')
})

test('the theme of the app is the theme of its pages', async ({ run: { app, page } }) => {
  await app.evaluate(({ nativeTheme }) => void (nativeTheme.themeSource = 'dark'))
  await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
  expect(await app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(true)
})

test.describe('on a dark desktop', () => {
  test.use({ env: { ELECTRON_HOST_SYSTEM_THEME: 'dark' } })

  test('the app and its pages follow the system, now and when it changes', async ({ run: { app, page } }) => {
    test.skip(!isHost, 'the theme of a real desktop is not ours to change')
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
    const shouldBeDark = () => app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)
    await expect.poll(isDark).toBe(true)
    expect(await shouldBeDark()).toBe(true)
    const updated = app.evaluate(
      ({ nativeTheme }) => new Promise<void>((resolve) => nativeTheme.once('updated', () => resolve()))
    )
    await app.evaluate(() => void process.emit('electron-host:system-theme' as never, 'light' as never))
    await updated
    await expect.poll(isDark).toBe(false)
    expect(await shouldBeDark()).toBe(false)
    await app.evaluate(({ nativeTheme }) => void (nativeTheme.themeSource = 'dark'))
    await expect.poll(isDark).toBe(true)
  })
})

test('the clipboard holds what was written, until it is cleared', async ({ run: { app } }) => {
  const texts = await app.evaluate(async ({ clipboard }) => {
    await clipboard.writeText('secret')
    const before = await clipboard.readText()
    clipboard.clear()
    return [before, await clipboard.readText()]
  })
  expect(texts).toEqual(['secret', ''])
})

test("a test's own tools work: route, init script, clock, emulation", async ({ run: { page } }) => {
  const body = 'document.getElementById("out").textContent = "routed " + window.early'
  await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body }))
  await page.addInitScript(() => Object.assign(window, { early: 'yes' }))
  await page.clock.install({ time: new Date('2040-01-01T00:00:00Z') })
  await page.reload()
  await expect(page.locator('#out')).toHaveText('routed yes')
  expect(await page.evaluate(() => new Date().getFullYear())).toBe(2040)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
})
