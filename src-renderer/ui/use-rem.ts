import { type RefObject, useEffect, useState } from 'react'

/**
 * Pixels of a rem, also when the text becomes larger while the window is open. No event reports that; only
 * sizes change with it: the bar above a list becomes higher, so `below` has less room.
 */
export function useRem(below: RefObject<HTMLElement | null>): number {
  const [rem, setRem] = useState(remInPixels)
  useEffect(() => {
    if (below.current === null) return
    const observer = new ResizeObserver(() => setRem(remInPixels()))
    observer.observe(below.current)
    return () => observer.disconnect()
  }, [below])
  return rem
}

function remInPixels(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
