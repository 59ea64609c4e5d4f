// Asks the app for the permissions that a page asks for. Sent to Chromium with toString(): nothing from
// outside is used.
//
// The DevTools protocol has no event for a page's request, it only sets Chromium's answer. So these functions
// replace Chromium's own: they ask the app first, the host sets Chromium's answer for the origin, and then
// Chromium's own function runs and decides. A page that bypasses them (with a function from a fresh iframe of
// another site) finds every permission denied.
// Not covered: requests of out-of-process iframes, fullscreen and pointer lock, and Notification.permission,
// which has Chromium's last answer. There are no devices: requestDevice asks the check handler and finds
// none.

export type PermissionQuestion = {
  id: number
  kind: 'request' | 'check'
  name: string
  mediaTypes?: string[]
  isMainFrame: boolean
  url: string
}
export type PermissionAnswer = { id: number; granted: boolean }

type Any = (...args: unknown[]) => unknown
type Ask = (kind: 'request' | 'check', name: string, mediaTypes?: string[]) => Promise<PermissionAnswer>

/** The page's end of the channel to the app. The two worlds of a frame share DOM events only. */
export function makeAsk(channel: string): Ask {
  const { apply } = Reflect // taken before any page script could replace them
  const { addEventListener, dispatchEvent } = EventTarget.prototype
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')!.get!
  const DetailEvent = CustomEvent
  const waiting = new Map<number, (answer: PermissionAnswer) => void>()
  let nextId = 1
  const receive = (event: Event): void => {
    const answer = apply(detailOf, event, []) as PermissionAnswer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  }
  apply(addEventListener, window, [`${channel}:answer`, receive])
  return (kind, name, mediaTypes) =>
    new Promise((resolve) => {
      const id = nextId++
      waiting.set(id, resolve)
      const place = { isMainFrame: window === window.top, url: location.href }
      const detail = { id, kind, name, ...place, ...(mediaTypes && { mediaTypes }) }
      apply(dispatchEvent, window, [new DetailEvent(`${channel}:ask`, { detail })])
    })
}

/** Runs in the page's world: every function that needs a permission asks first. */
export function permissionShim(channel: string, connect: typeof makeAsk): void {
  const { apply } = Reflect
  const Refusal = DOMException
  const ask = connect(channel)
  const prototypeOf = (name: string): object | undefined =>
    (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype
  const replace = (owner: object | undefined, key: string, make: (original: Any) => Any): void => {
    const original = owner && (Object.getOwnPropertyDescriptor(owner, key)?.value as Any | undefined)
    if (original)
      Object.defineProperty(owner, key, { value: make(original), writable: true, configurable: true })
  }
  const asking =
    (name: string | ((first: never) => string), types?: (first: never) => string[]) =>
    (original: Any): Any =>
      async function (this: unknown, ...args: unknown[]) {
        const first = args[0] as never
        const permission = typeof name === 'string' ? name : name(first)
        const { granted } = await ask('request', permission, types?.(first))
        // Chromium would throw it too, but not if it finds no device before it checks the permission.
        if (!granted && permission !== 'notifications')
          throw new Refusal('Permission denied', 'NotAllowedError')
        return apply(original, this, args)
      }
  const clipboard = prototypeOf('Clipboard')
  for (const key of ['read', 'readText']) replace(clipboard, key, asking('clipboard-read'))
  for (const key of ['write', 'writeText']) replace(clipboard, key, asking('clipboard-sanitized-write'))
  const media = prototypeOf('MediaDevices')
  const kinds = (wanted?: Record<string, unknown>): string[] =>
    ['video', 'audio'].filter((kind) => wanted?.[kind])
  replace(media, 'getUserMedia', asking('media', kinds))
  replace(media, 'getDisplayMedia', asking('display-capture'))
  const midi = (options?: { sysex?: boolean }): string => (options?.sysex ? 'midiSysex' : 'midi')
  replace(prototypeOf('Navigator'), 'requestMIDIAccess', asking(midi))
  replace(globalThis.Notification, 'requestPermission', asking('notifications'))

  for (const key of ['getCurrentPosition', 'watchPosition']) {
    replace(
      prototypeOf('Geolocation'),
      key,
      (original) =>
        function (this: unknown, ...args: unknown[]) {
          void ask('request', 'geolocation').then(() => apply(original, this, args))
          return 0
        }
    )
  }
  replace(
    prototypeOf('Permissions'),
    'query',
    (original) =>
      async function (this: unknown, ...args: unknown[]) {
        await ask('check', String((args[0] as { name?: string } | undefined)?.name))
        return apply(original, this, args)
      }
  )
  for (const [owner, key] of [
    ['HID', 'requestDevice'],
    ['USB', 'requestDevice'],
    ['Serial', 'requestPort']
  ] as const) {
    replace(prototypeOf(owner), key, () => async () => {
      await ask('check', owner.toLowerCase())
      throw new Refusal('No device selected.', 'NotFoundError')
    })
  }
}

/** Runs in a world of the host, which alone can speak to it: passes on questions and answers. */
export function permissionRelay(channel: string, binding: string, deliver: string): void {
  const scope = globalThis as unknown as Record<string, unknown>
  const send = scope[binding] as (payload: string) => void
  addEventListener(`${channel}:ask`, (event) => send(JSON.stringify((event as CustomEvent).detail)))
  scope[deliver] = (answer: unknown): void =>
    void dispatchEvent(new CustomEvent(`${channel}:answer`, { detail: answer }))
}
