import { useLayoutEffect, useState, useSyncExternalStore } from 'react'
import { type Arming, createArming } from './arming.ts'

type Options = {
  /** The arming begins again when this changes: what is asked, and what else moves the buttons. */
  readonly shown: string
  /** Tells of moves of the window; returns the function that stops it. */
  readonly onMoved: (listener: () => void) => () => void
}

/** The arming of this window: it begins again with everything that changes what is under the pointer. */
export function useArming({ shown, onMoved }: Options): { readonly arming: Arming; readonly armed: boolean } {
  const [arming] = useState(() => createArming(afterTimeout))
  const armed = useSyncExternalStore(arming.subscribe, arming.isArmed)
  useLayoutEffect(() => listenToPresses(arming), [arming])
  useLayoutEffect(() => listenToChanges(arming, onMoved), [arming, onMoved])
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each change of `shown` begins it again
  useLayoutEffect(() => arming.disarm(), [arming, shown])
  return { arming, armed }
}

function afterTimeout(ms: number, ring: () => void): () => void {
  const timer = setTimeout(ring, ms)
  return () => clearTimeout(timer)
}

/** Hears every press before the element that it is meant for. */
function listenToPresses(arming: Arming): () => void {
  const heard = new AbortController()
  const first = { capture: true, signal: heard.signal }
  addEventListener('keydown', ({ code, repeat }) => (repeat ? arming.repeat() : arming.press(code)), first)
  addEventListener('keyup', ({ code }) => arming.release(code), first)
  addEventListener('pointerdown', ({ pointerId }) => arming.press(`pointer ${pointerId}`), first)
  addEventListener('pointerup', ({ pointerId }) => arming.release(`pointer ${pointerId}`), first)
  addEventListener('pointercancel', ({ pointerId }) => arming.release(`pointer ${pointerId}`), first)
  return () => heard.abort()
}

function listenToChanges(arming: Arming, onMoved: Options['onMoved']): () => void {
  const heard = new AbortController()
  const { signal } = heard
  const stop = onMoved(arming.disarm)
  addEventListener('focus', arming.disarm, { signal })
  addEventListener('resize', arming.disarm, { signal })
  document.addEventListener('visibilitychange', arming.disarm, { signal })
  addEventListener('blur', arming.releaseAll, { signal })
  return () => {
    heard.abort()
    stop()
  }
}
