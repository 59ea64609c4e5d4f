import { describe, expect, it } from 'vitest'
import {
  chromiumPlaces,
  type Files,
  findInstalledChromium,
  isSnapStub,
  type Machine
} from '../../../electron-host/src/installed-chromium.ts'

const machines = {
  linux: { platform: 'linux', env: {}, home: '/home/ana', headed: true },
  mac: { platform: 'darwin', env: {}, home: '/Users/ana', headed: true },
  windows: {
    platform: 'win32',
    env: {
      LOCALAPPDATA: String.raw`C:\Users\ana b\AppData\Local`,
      ProgramFiles: String.raw`C:\Program Files`,
      'ProgramFiles(x86)': String.raw`C:\Program Files (x86)`
    },
    home: String.raw`C:\Users\ana b`,
    headed: true
  }
} as const satisfies Record<string, Machine>

/** A disk with these files and the beginning of each. */
function disk(contents: Readonly<Record<string, string>>): Files {
  return { exists: (path) => path in contents, beginning: (path) => contents[path] ?? '' }
}

const program = '\u007FELF'
const ubuntuStub =
  '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "Please install the chromium snap"\n'
const debianLauncher = '#!/bin/sh\n\n# Chromium launcher\nLIBDIR=/usr/lib/chromium\n'

describe('the installed Chromium', () => {
  it.each([
    ['linux', '/usr/lib/chromium/chromium'],
    ['linux', '/usr/bin/chromium'],
    ['linux', '/opt/google/chrome/chrome'],
    ['linux', '/opt/microsoft/msedge/msedge'],
    ['mac', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['mac', '/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'],
    ['mac', '/Users/ana/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['mac', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
    ['windows', String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`],
    ['windows', String.raw`C:\Users\ana b\AppData\Local\Google\Chrome\Application\chrome.exe`],
    ['windows', String.raw`C:\Users\ana b\AppData\Local\Chromium\Application\chrome.exe`],
    ['windows', String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`]
  ] as const)('is found on %s at %s', (name, path) => {
    expect(findInstalledChromium(machines[name], disk({ [path]: program }))).toBe(path)
  })

  it.each(['linux', 'mac', 'windows'] as const)('is null on %s if none is installed', (name) => {
    expect(findInstalledChromium(machines[name], disk({}))).toBeNull()
  })

  it('is Chrome rather than Edge if both are installed', () => {
    const places = chromiumPlaces(machines.windows)
    expect(places[0]).toContain('chrome.exe')
    expect(
      findInstalledChromium(machines.windows, disk(Object.fromEntries(places.map((p) => [p, '']))))
    ).toBe(places[0])
  })

  it('is Debian’s headless shell if no windows are shown', () => {
    const both = disk({
      '/usr/lib/chromium/chromium': program,
      '/usr/lib/chromium/chromium-headless-shell': program
    })
    expect(findInstalledChromium(machines.linux, both)).toBe('/usr/lib/chromium/chromium')
    expect(findInstalledChromium({ ...machines.linux, headed: false }, both)).toBe(
      '/usr/lib/chromium/chromium-headless-shell'
    )
  })

  it('is the executable that the variable names, or an error if that is absent', () => {
    const env = { ELECTRON_HOST_CHROMIUM: '/opt/mine/chrome' }
    const installed = { '/usr/bin/chromium': debianLauncher }
    expect(
      findInstalledChromium({ ...machines.linux, env }, disk({ ...installed, '/opt/mine/chrome': program }))
    ).toBe('/opt/mine/chrome')
    expect(() => findInstalledChromium({ ...machines.linux, env }, disk(installed))).toThrow(
      'ELECTRON_HOST_CHROMIUM names /opt/mine/chrome'
    )
  })

  it('is never Ubuntu’s script that only starts a snap', () => {
    expect(isSnapStub(ubuntuStub)).toBe(true)
    expect(isSnapStub(debianLauncher)).toBe(false)
    expect(isSnapStub(program)).toBe(false)
    const stub = { '/usr/bin/chromium-browser': ubuntuStub }
    expect(findInstalledChromium(machines.linux, disk(stub))).toBeNull()
    const withChrome = disk({ ...stub, '/opt/google/chrome/chrome': program })
    expect(findInstalledChromium(machines.linux, withChrome)).toBe('/opt/google/chrome/chrome')
  })
})
