// What a page asks leave for, put to the app. Sent to Chromium with toString(): nothing from outside is used.
//
// The protocol of DevTools says nothing when a page asks, it only sets what Chromium answers. So these functions
// stand before Chromium's own: they ask the app first, the host sets Chromium's answer for the origin, and then
// Chromium's own function runs and decides. A page that goes round them (a function taken from a fresh iframe of
// another site) finds every permission denied.
// Not covered: requests of out-of-process iframes, fullscreen and pointer lock, and Notification.permission, which
// answers what Chromium was last told. There are no devices: requestDevice asks the check handler and finds none.

export type PermissionQuestion = {
  id: number
  kind: 'request' | 'check'
  name: string
  mediaTypes?: string[]
  isMainFrame: boolean
  url: string
}
export type PermissionAnswer = { id: number; granted: boolean; enforced: boolean }

/** In the page's world: every function that needs leave asks first. */
export function permissionShim(channel: string): void {
  const { apply } = Reflect // taken before any page script could replace them
  const { addEventListener, dispatchEvent } = EventTarget.prototype
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')!.get!
  const [DetailEvent, Refusal] = [CustomEvent, DOMException]
  const waiting = new Map<number, (answer: PermissionAnswer) => void>()
  let nextId = 1
  apply(addEventListener, window, [
    `${channel}:answer`,
    (event: Event) => {
      const answer = apply(detailOf, event, []) as PermissionAnswer
      waiting.get(answer.id)?.(answer)
      waiting.delete(answer.id)
    }
  ])
  const ask = (kind: 'request' | 'check', name: string, mediaTypes?: string[]): Promise<PermissionAnswer> =>
    new Promise((resolve) => {
      const id = nextId++
      waiting.set(id, resolve)
      const place = { isMainFrame: window === window.top, url: location.href }
      const detail = { id, kind, name, ...place, ...(mediaTypes && { mediaTypes }) }
      apply(dispatchEvent, window, [new DetailEvent(`${channel}:ask`, { detail })])
    })

  type Any = (...args: unknown[]) => unknown
  const replace = (owner: object | undefined, key: string, make: (original: Any) => Any): void => {
    const original = owner && (Object.getOwnPropertyDescriptor(owner, key)?.value as Any | undefined)
    if (original)
      Object.defineProperty(owner, key, { value: make(original), writable: true, configurable: true })
  }
  const asked =
    (name: (first: never) => string, types?: (first: never) => string[]) =>
    (original: Any): Any =>
      async function (this: unknown, ...args: unknown[]) {
        const first = args[0] as never
        const { granted, enforced } = await ask('request', name(first), types?.(first))
        if (!granted && !enforced) throw new Refusal('Permission denied', 'NotAllowedError')
        return apply(original, this, args)
      }
  const of = (name: string): object | undefined =>
    (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype

  replace(
    of('Permissions'),
    'query',
    (original) =>
      async function (this: unknown, ...args: unknown[]) {
        await ask('check', String((args[0] as { name?: string } | undefined)?.name))
        return apply(original, this, args)
      }
  )
  for (const key of ['getCurrentPosition', 'watchPosition']) {
    replace(
      of('Geolocation'),
      key,
      (original) =>
        function (this: unknown, ...args: unknown[]) {
          void ask('request', 'geolocation').then(() => apply(original, this, args))
          return 0
        }
    )
  }
  replace(
    globalThis.Notification,
    'requestPermission',
    asked(() => 'notifications')
  )
  replace(
    of('Clipboard'),
    'read',
    asked(() => 'clipboard-read')
  )
  replace(
    of('Clipboard'),
    'readText',
    asked(() => 'clipboard-read')
  )
  replace(
    of('Clipboard'),
    'write',
    asked(() => 'clipboard-sanitized-write')
  )
  replace(
    of('Clipboard'),
    'writeText',
    asked(() => 'clipboard-sanitized-write')
  )
  replace(
    of('Navigator'),
    'requestMIDIAccess',
    asked((o: { sysex?: boolean }) => (o?.sysex ? 'midiSysex' : 'midi'))
  )
  replace(
    of('MediaDevices'),
    'getDisplayMedia',
    asked(() => 'display-capture')
  )
  const kinds = (wanted?: Record<string, unknown>): string[] =>
    ['video', 'audio'].filter((kind) => wanted?.[kind])
  replace(
    of('MediaDevices'),
    'getUserMedia',
    asked(() => 'media', kinds as (first: never) => string[])
  )
  for (const [owner, name] of [
    ['HID', 'hid'],
    ['USB', 'usb'],
    ['Serial', 'serial']
  ] as const) {
    const none = () => async (): Promise<never> => {
      await ask('check', name)
      throw new Refusal('No device selected.', 'NotFoundError')
    }
    replace(of(owner), name === 'serial' ? 'requestPort' : 'requestDevice', none)
  }
}

/** In a world of the host's own, which alone can speak to it: passes questions on, and answers back. */
export function permissionRelay(channel: string, binding: string, deliver: string): void {
  const scope = globalThis as unknown as Record<string, unknown>
  const send = scope[binding] as (payload: string) => void
  addEventListener(`${channel}:ask`, (event) => send(JSON.stringify((event as CustomEvent).detail)))
  scope[deliver] = (answer: unknown): void =>
    void dispatchEvent(new CustomEvent(`${channel}:answer`, { detail: answer }))
}
