import { expect, test } from './fixture.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the page of a plain JavaScript app
declare const bridge: any

test('the page sees the bridge and nothing else', async ({ run: { page } }) => {
  const seen = await page.evaluate(() => {
    const hidden = ['require', 'process', 'module', 'ipcRenderer', 'electron']
    const doors = ['__electronHostSend', '__electronHostAsk', '__electronHostDeliver']
    return {
      frozen: Object.isFrozen(bridge),
      writable: Object.getOwnPropertyDescriptor(window, 'bridge')!.writable,
      globals: [...hidden, ...doors].filter((name) => name in window),
      extra: Object.getOwnPropertyNames(window).filter((name) => /electron|host|bridge$/i.test(name))
    }
  })
  expect(seen).toEqual({ frozen: true, writable: false, globals: [], extra: ['bridge'] })
})

test('values keep their kind over IPC and over the bridge', async ({ run: { page } }) => {
  const kinds = await page.evaluate(async () => {
    const got = await bridge.echo({
      nothing: undefined,
      nil: null,
      nan: NaN,
      big: 5n,
      date: new Date(5),
      map: new Map([[1, new Set(['a'])]]),
      bytes: new Uint8Array([7]),
      error: new RangeError('r'),
      $: 'dollar'
    })
    return {
      nothing: 'nothing' in got && got.nothing === undefined,
      nil: got.nil === null,
      nan: Number.isNaN(got.nan),
      big: got.big === 5n,
      date: got.date.getTime() === 5,
      map: got.map.get(1).has('a'),
      bytes: got.bytes instanceof Uint8Array && got.bytes[0] === 7,
      error: got.error instanceof Error && got.error.message === 'r',
      dollar: got.$ === 'dollar',
      exposedDate: bridge.now.when.getTime() === 0,
      exposedBytes: bridge.now.bytes[2] === 3,
      exposedDeep: Object.isFrozen(bridge.now.deep) && bridge.now.deep.answer === 42
    }
  })
  expect(Object.entries(kinds).filter(([, kept]) => !kept)).toEqual([])
})

test('functions cross the bridge both ways, at once or later, errors too', async ({ run: { page } }) => {
  const seen = await page.evaluate(async () => {
    let thrown = ''
    try {
      bridge.fail()
    } catch (error) {
      thrown = (error as Error).message
    }
    return [
      bridge.add(1, 2),
      thrown,
      await bridge.later((x: string) => x + x),
      await bridge.later(async () => 'async'),
      bridge.requires('fs'),
      bridge.requires('electron')
    ]
  })
  expect(seen).toEqual([3, 'broken', 'xx!', 'async!', 'module not found: fs', 'yes'])
})

test('unsubscribing works: the bridge gives functions back at once', async ({ run: { page } }) => {
  const heard = await page.evaluate(async () => {
    const said: string[] = []
    const stop = bridge.onSaid((text: string) => said.push(text))
    bridge.say('one')
    await bridge.echo('round trip')
    stop()
    bridge.say('two')
    await bridge.echo('round trip')
    return said
  })
  expect(heard).toEqual(['one!'])
})

test('errors of the main process reach the page as Electron words them', async ({ run: { page } }) => {
  const messages = await page.evaluate(() =>
    Promise.all(
      ['fail', 'function', 'nobody'].map((channel) =>
        bridge.invoke(channel).catch((error: Error) => error.message)
      )
    )
  )
  expect(messages).toEqual([
    "Error invoking remote method 'fail': RangeError: no such service: nope",
    "Error invoking remote method 'function': Error: An object could not be cloned.",
    "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'"
  ])
})

test('the main process knows which frame of which page speaks', async ({ run: { page } }) => {
  expect(await page.evaluate(() => bridge.invoke('sender'))).toEqual({
    same: true,
    url: 'app://vault/index.html',
    origin: 'app://vault',
    isTop: true
  })
})

test('a page cannot learn the name the bridge speaks under', async ({ run: { page } }) => {
  const stolen = await page.evaluate(() => {
    const heard: string[] = []
    const note = (value: unknown): void => {
      if (typeof value === 'string' && /:(page|preload|ask|answer)$/.test(value)) heard.push(value)
    }
    for (const key of ['addEventListener', 'dispatchEvent'] as const) {
      const original = EventTarget.prototype[key] as (...args: unknown[]) => unknown
      EventTarget.prototype[key] = function (this: unknown, ...args: unknown[]) {
        for (const item of args) note(item instanceof Event ? item.type : item)
        return original.apply(this, args)
      } as never
    }
    window.CustomEvent = class extends CustomEvent<unknown> {
      constructor(type: string, init?: CustomEventInit) {
        note(type)
        super(type, init)
      }
    } as never
    const detail = { get: () => (heard.push('detail'), null) }
    Object.defineProperty(CustomEvent.prototype, 'detail', detail)
    // oxlint-disable-next-line no-extend-native -- what a hostile page would do
    Function.prototype.apply = () => void heard.push('apply')
    const sum = bridge.add(2, 2)
    void navigator.permissions.query({ name: 'geolocation' })
    note(String(bridge.add))
    return { heard, sum }
  })
  expect(stolen).toEqual({ heard: [], sum: 4 })
})
