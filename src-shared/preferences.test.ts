import { describe, expect, it } from 'vitest'
import { closingOf, defaultPreferences, readPreferences } from './preferences.ts'

describe('closing the window', () => {
  it('hides it where a tray can bring it back', () => {
    expect(closingOf({ keepRunning: true, withoutTray: 'quit' }, true)).toBe('hide')
    expect(closingOf({ keepRunning: true, withoutTray: 'minimize' }, true)).toBe('hide')
  })

  it('without a tray does what the person chose, and quits if nothing was chosen', () => {
    expect(closingOf({ keepRunning: true, withoutTray: 'minimize' }, false)).toBe('minimize')
    expect(closingOf(defaultPreferences, false)).toBe('quit')
  })

  it('quits where nothing is to go on', () => {
    for (const hasTray of [true, false]) {
      expect(closingOf({ keepRunning: false, withoutTray: 'minimize' }, hasTray)).toBe('quit')
    }
  })

  it('keeps the other choices of a person whose preferences are older than this one', () => {
    const { withoutTray: _new, ...older } = { ...defaultPreferences, keepRunning: false }
    expect(readPreferences(older)).toEqual({ ...older, withoutTray: 'quit' })
  })
})
