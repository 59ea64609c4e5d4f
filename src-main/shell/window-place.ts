import * as v from 'valibot'

/** A rectangle on all displays together, in pixels that do not depend on the display (Electron, Rectangle). */
export type Rectangle = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const pixels = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000))

/** Where the person left a window. */
const windowPlace = v.strictObject({
  x: pixels,
  y: pixels,
  width: pixels,
  height: pixels,
  isMaximized: v.boolean()
})
export type WindowPlace = v.InferOutput<typeof windowPlace>

/** Part of the title bar that has to be on a display, so that the window can be moved. */
const GRIP = { width: 100, height: 32 }

/** Where a window opens: its size, and its place if that is on a display. */
export type Opening = Partial<Pick<Rectangle, 'x' | 'y'>> & Pick<Rectangle, 'width' | 'height'>

/**
 * Returns where a window opens that was left there. `areas`: the parts of the displays that windows may cover. A window
 * whose display is gone opens in the middle, no larger than the largest area. Null: nothing readable was stored.
 */
export function openingAt(
  stored: unknown,
  areas: readonly Rectangle[]
): (Opening & { isMaximized: boolean }) | null {
  const read = v.safeParse(windowPlace, stored)
  if (!read.success) return null
  const { x, y, isMaximized } = read.output
  const width = Math.min(read.output.width, Math.max(...areas.map((area) => area.width)))
  const height = Math.min(read.output.height, Math.max(...areas.map((area) => area.height)))
  const grip = { x, y, width, height: GRIP.height }
  const isInSight = areas.some((area) => {
    const seen = overlap(area, grip)
    return seen.width >= GRIP.width && seen.height >= GRIP.height
  })
  return { width, height, ...(isInSight && { x, y }), isMaximized }
}

function overlap(one: Rectangle, other: Rectangle): { readonly width: number; readonly height: number } {
  const right = Math.min(one.x + one.width, other.x + other.width)
  const bottom = Math.min(one.y + one.height, other.y + other.height)
  return { width: right - Math.max(one.x, other.x), height: bottom - Math.max(one.y, other.y) }
}
