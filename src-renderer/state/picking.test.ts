import { describe, expect, it } from 'vitest'
import { type PickedFrom, withAll, withNone, withOnly, withRange, withToggled } from './picking.ts'
import { firstWindowState, type WindowState } from './window-state.ts'

const ids = ['a', 'b', 'c', 'd', 'e']
const from = (active: string | null): PickedFrom => ({ ids, active })
const picked = (state: WindowState): string => [...state.picked].toSorted().join('')
const at = (selected: string): WindowState => ({ ...firstWindowState, selected })

describe('several entries', () => {
  it('are picked one by one beside the active one, and taken out again', () => {
    const two = withToggled(at('b'), 'd', from('b'))
    expect([picked(two), two.selected]).toEqual(['bd', 'd'])
    expect(picked(withToggled(two, 'b', from('d')))).toBe('d')
  })

  it('are picked from where the selection began, in both directions', () => {
    const down = withRange(at('b'), 'd', from('b'))
    expect(picked(down)).toBe('bcd')
    const up = withRange(down, 'a', from('d'))
    expect([picked(up), up.selected]).toEqual(['ab', 'a'])
    expect(picked(withRange(withToggled(at('b'), 'd', from('b')), 'e', from('d')))).toBe('de')
  })

  it('begin at the active entry where the first one is not in the list any more', () => {
    const gone = { ...at('c'), anchor: 'x' }
    expect(picked(withRange(gone, 'd', from('c')))).toBe('cd')
    expect(picked(withRange(gone, 'd', from(null)))).toBe('d')
  })

  it('are all of the list, or one alone', () => {
    const all = withAll(at('c'), from('c'))
    expect([picked(all), all.selected]).toEqual(['abcde', 'c'])
    expect([picked(withOnly(all, 'b')), withOnly(all, 'b').selected]).toEqual(['', 'b'])
    expect([picked(withNone(all)), withNone(all).selected]).toEqual(['', 'c'])
  })
})
