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
  useLayoutEffect(() => onShown(), [])
  return { content, footer }
}
