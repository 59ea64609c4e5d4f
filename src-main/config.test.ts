import { describe, expect, it } from 'vitest'
import { readConfig, settings } from './config.ts'

const read = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  readConfig(env, ['latchkey', '.'], platform)

describe('the configuration', () => {
  it('without any variable is the safe one', () => {
    expect(read({ XDG_DATA_HOME: '/data' })).toEqual({
      home: '/data/latchkey',
      store: 'auto',
      signInTimeout: 300_000,
      insecureLoopbackIssuers: false,
      openToDebuggers: false,
      startHidden: false
    })
  })

  it('takes the home from LATCHKEY_HOME on every platform', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(read({ LATCHKEY_HOME: '/elsewhere' }, platform).home).toBe('/elsewhere')
    }
    expect(read({ LOCALAPPDATA: '/l' }, 'win32').home).toMatch(/Latchkey$/)
    expect(read({}, 'darwin').home).toMatch(/Application Support/)
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
