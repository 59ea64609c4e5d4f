import { describe, expect, it } from 'vitest'
import { openingAt } from './window-place.ts'

const laptop = { x: 0, y: 32, width: 1440, height: 868 }
const desk = { x: 1440, y: 0, width: 2560, height: 1440 }
const left = { x: 1600, y: 100, width: 1200, height: 1000, isMaximized: false }

describe('a window', () => {
  it('opens where it was left', () => {
    expect(openingAt(left, [laptop, desk])).toEqual(left)
    expect(openingAt({ ...left, isMaximized: true }, [laptop, desk])?.isMaximized).toBe(true)
  })

  it('opens in the middle, and no larger than fits, where its display is gone', () => {
    expect(openingAt(left, [laptop])).toEqual({ width: 1200, height: 868, isMaximized: false })
  })

  it('opens in the middle where no part of its title bar could be taken hold of', () => {
    expect(openingAt({ ...left, y: -40 }, [laptop, desk])).not.toHaveProperty('y')
    expect(openingAt({ ...left, x: 3950 }, [laptop, desk])).not.toHaveProperty('x')
    expect(openingAt({ ...left, x: 3900 }, [laptop, desk])).toHaveProperty('x', 3900)
  })

  it.each([null, 'text', {}, { ...left, width: 1.5 }, { ...left, x: 1e9 }, { ...left, extra: 1 }])(
    'opens as at the first start where %j was stored',
    (stored) => {
      expect(openingAt(stored, [laptop])).toBeNull()
    }
  )
})
