import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react'

/**
 * Gives a button the focus when it appears and whenever the window gets the focus back, and makes Escape do
 * what the button does. Returns the ref of the button.
 */
export function useDenyFirst(deny: () => void): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  const onKeyDown = useEffectEvent(({ key }: KeyboardEvent) => {
    if (key === 'Escape') deny()
  })
  useLayoutEffect(() => button.current?.focus(), [])
  useEffect(() => {
    const heard = new AbortController()
    const { signal } = heard
    addEventListener('keydown', (event) => onKeyDown(event), { signal })
    addEventListener('focus', () => button.current?.focus(), { signal })
    return () => heard.abort()
  }, [])
  return button
}
