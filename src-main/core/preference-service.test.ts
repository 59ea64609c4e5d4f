import { describe, expect, it } from 'vitest'
import type { Preferences } from '#shared/preferences.ts'
import { VaultError } from '#shared/problem.ts'
import { PreferenceService } from './preference-service.ts'

function world(stored: unknown = null) {
  const written: Preferences[] = []
  const told: Preferences[] = []
  let fails = false
  const service = new PreferenceService({
    read: () => stored,
    write: (value) => {
      if (fails) throw new VaultError('STORE_WRITE_FAILED')
      written.push(value)
    },
    onChange: (value) => told.push(value)
  })
  return { service, written, told, fail: () => (fails = true) }
}

describe('providers that are signed in to in the browser', () => {
  it('are an empty list in the preferences of an older Latchkey, whose other choices stay', () => {
    const { service } = world({ theme: 'dark', alwaysUseBrowser: true })
    expect(service.get()).toMatchObject({ theme: 'dark', alwaysUseBrowser: true, browserFor: [] })
  })

  it('are saved once each and sent to the window', () => {
    const { service, written, told } = world()
    service.useBrowserFor('github')
    service.useBrowserFor('google')
    service.useBrowserFor('github')
    expect(written.map(({ browserFor }) => browserFor)).toEqual([['github'], ['github', 'google']])
    expect(told.at(-1)?.browserFor).toEqual(['github', 'google'])
  })

  it('do not stop a sign-in when they can not be saved', () => {
    const { service, told, fail } = world()
    fail()
    service.useBrowserFor('github')
    expect([service.get().browserFor, told]).toEqual([[], []])
  })
})
