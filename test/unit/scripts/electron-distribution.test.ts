import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, win32 } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { executableName, findElectron, standIn } from '../../../scripts/electron-distribution.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'electron package '))
  lay('package.json', '{"version":"45.4.1"}')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function lay(name: string, content = ''): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), content)
}

function layDistribution(platform: NodeJS.Platform, version = '45.4.1'): void {
  lay('path.txt', executableName(platform))
  lay('dist/version', version)
  lay(`dist/${executableName(platform)}`)
}

describe('Electron', () => {
  it.each(['linux', 'darwin'] as const)(
    'is found on %s where its own install.js would find it',
    (platform) => {
      expect(findElectron({ platform, env: {}, folder })).toEqual({ kind: 'absent' })
      layDistribution(platform)
      const executable = join(folder, 'dist', executableName(platform))
      expect(findElectron({ platform, env: {}, folder })).toEqual({ kind: 'here', executable, chosen: false })
    }
  )

  it('has the names that its packages give it', () => {
    expect(executableName('win32')).toBe('electron.exe')
    expect(executableName('darwin')).toBe('Electron.app/Contents/MacOS/Electron')
    expect(executableName('linux')).toBe('electron')
  })

  it('of another version, half of one, or of another system counts as absent', () => {
    layDistribution('linux', '44.0.0')
    expect(findElectron({ platform: 'linux', env: {}, folder }).kind).toBe('absent')
    layDistribution('linux')
    rmSync(join(folder, 'dist/electron'))
    expect(findElectron({ platform: 'linux', env: {}, folder }).kind).toBe('absent')
    layDistribution('darwin')
    expect(findElectron({ platform: 'linux', env: {}, folder }).kind).toBe('absent')
  })

  it.each(['linux', 'darwin'] as const)('is the distribution that the caller chose, on %s', (platform) => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'mine') }
    expect(findElectron({ platform, env, folder })).toEqual({
      kind: 'chosen-is-absent',
      folder: join(folder, 'mine')
    })
    lay(`mine/${executableName(platform)}`)
    const executable = join(folder, 'mine', executableName(platform))
    expect(findElectron({ platform, env, folder })).toEqual({ kind: 'here', executable, chosen: true })
  })

  it('is sought on Windows under the name with .exe', () => {
    const chosen = join(folder, 'mine')
    writeFileSync(win32.join(chosen, 'electron.exe'), '') // here one file name, on Windows a path
    try {
      const found = findElectron({ platform: 'win32', env: { ELECTRON_OVERRIDE_DIST_PATH: chosen }, folder })
      expect(found).toEqual({ kind: 'here', executable: win32.join(chosen, 'electron.exe'), chosen: true })
    } finally {
      rmSync(win32.join(chosen, 'electron.exe'))
    }
  })

  it('may be chosen to be the stand-in, by its folder', () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: resolve(standIn.args[0] ?? '', '../../bin') }
    expect(findElectron({ platform: 'linux', env, folder })).toEqual({ kind: 'stand-in' })
  })
})
