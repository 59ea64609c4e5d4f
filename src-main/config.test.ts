import { describe, expect, it } from 'vitest'
import { readConfig, settings } from './config.ts'

const read = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  readConfig(env, ['latchkey', '.'], platform)

describe('the configuration', () => {
  it('knows the file of the tools of AWS, whatever its name is', () => {
    expect(read({ AWS_SHARED_CREDENTIALS_FILE: '~/keys' }).awsCredentials).toBe('~/keys')
    expect(read({ AWS_SHARED_CREDENTIALS_FILE: '' }).awsCredentials).toBeNull()
  })

  it('without any variable is the safe one', () => {
    expect(read({ XDG_DATA_HOME: '/data' })).toEqual({
      home: '/data/latchkey',
      store: 'auto',
      signInTimeout: 300_000,
      insecureLoopbackIssuers: false,
      serveIdleMs: 900_000,
      clientKey: null,
      awsCredentials: null,
      openToDebuggers: false,
      startHidden: false
    })
  })

  it('takes the home from LATCHKEY_HOME on every platform', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      expect(read({ LATCHKEY_HOME: '/elsewhere' }, platform).home).toBe('/elsewhere')
    }
    for (const home of ['D:\\vault', 'D:/vault', '\\\\server\\share']) {
      expect(read({ LATCHKEY_HOME: home }, 'win32').home).toBe(home)
    }
    expect(read({ LOCALAPPDATA: 'C:\\l' }, 'win32').home).toBe('C:\\l\\Latchkey')
    expect(read({ HOME: '/h' }, 'darwin').home).toBe('/h/Library/Application Support/Latchkey')
    expect(read({ HOME: '/h' }).home).toBe('/h/.local/share/latchkey')
  })

  it.each<[string, Record<string, string>, NodeJS.Platform, string]>([
    ['XDG_DATA_HOME', { XDG_DATA_HOME: 'data', HOME: '/h' }, 'linux', '/h/.local/share/latchkey'],
    ['XDG_DATA_HOME with ~', { XDG_DATA_HOME: '~/data', HOME: '/h' }, 'linux', '/h/.local/share/latchkey'],
    ['LOCALAPPDATA', { LOCALAPPDATA: 'l', USERPROFILE: 'C:\\u' }, 'win32', 'C:\\u\\AppData\\Local\\Latchkey']
  ])('passes over a relative %s', (_what, env, platform, home) => {
    expect(read(env, platform).home).toBe(home)
  })

  it.each<[string, Record<string, string>, NodeJS.Platform]>([
    ['an empty HOME', { HOME: '' }, 'linux'],
    ['a relative HOME', { HOME: 'x' }, 'darwin'],
    ['HOME as ~', { HOME: '~' }, 'linux'],
    ['~ in LATCHKEY_HOME', { LATCHKEY_HOME: '~/vault' }, 'linux'],
    ['a path of another system', { LATCHKEY_HOME: 'C:\\vault' }, 'linux'],
    ['a path without a drive', { LATCHKEY_HOME: '\\vault' }, 'win32'],
    ['a server without a share', { LATCHKEY_HOME: '\\\\server' }, 'win32'],
    ['a server with an empty share', { LATCHKEY_HOME: '\\\\server\\' }, 'win32']
  ])('makes no home of %s', (_what, env, platform) => {
    expect(() => read(env, platform)).toThrow('absolute path')
  })

  it.each(Object.entries(settings))(
    'says what %s expects and not what it got',
    (_name, { variable, expects }) => {
      const attempt = (): unknown => read({ [variable]: 'not valid' })
      expect(attempt).toThrow(`${variable} must be ${expects}.`)
      expect(attempt).not.toThrow('not valid')
    }
  )

  it('can not be changed after it was read', () => {
    expect(Object.isFrozen(read({}))).toBe(true)
  })

  it('starts hidden by argument', () => {
    expect(readConfig({}, ['latchkey', '--hidden']).startHidden).toBe(true)
  })
})
