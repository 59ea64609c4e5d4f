import { type RefObject, useEffectEvent, useLayoutEffect, useRef } from 'react'

type Parts = {
  /** What scrolls in a window that is too low, at its full height. */
  readonly content: RefObject<HTMLDivElement | null>
  /** What stays in sight below it. */
  readonly footer: RefObject<HTMLElement | null>
}

/** Calls `fit` once with the height in pixels at which both parts are whole. Returns the refs of the parts. */
export function useFit(fit: (height: number) => void): Parts {
  const content = useRef<HTMLDivElement>(null)
  const footer = useRef<HTMLElement>(null)
  const onShown = useEffectEvent(() => {
    const heights = [content, footer].map(({ current }) => current?.offsetHeight ?? 0)
    fit(heights.reduce((sum, height) => sum + height))
  })
  useLayoutEffect(() => {
    let isGone = false
    // The layout asks for the font; with the font in its place the same text has another height.
    void (content.current?.offsetHeight ?? 0)
    void document.fonts.ready.then(() => {
      if (!isGone) onShown()
    })
    return () => {
      isGone = true
    }
  }, [])
  return { content, footer }
}
