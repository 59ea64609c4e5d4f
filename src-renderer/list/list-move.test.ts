import { describe, expect, it } from 'vitest'
import { target } from './list-move.ts'

describe('where a key leads in a list of ten, from the sixth, by pages of four', () => {
  it.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 9],
    ['PageUp', 1],
    ['Home', 0],
    ['End', 9],
    ['x', -1]
  ])('%s leads to %d', (key, index) => {
    expect(target(key, 5, 10, 4)).toBe(index)
  })

  it('never leaves the list', () => {
    expect(target('ArrowUp', 0, 10, 4)).toBe(0)
    expect(target('ArrowDown', 9, 10, 4)).toBe(9)
    expect(target('PageDown', 8, 10, 4)).toBe(9)
  })
})
