import { expect, it } from 'vitest'
import { hasBrowser } from './open-page.ts'

it.each([
  ['a display', 'linux', { DISPLAY: ':0' }, true],
  ['a Wayland display', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['a browser that is named', 'linux', { BROWSER: 'w3m' }, true],
  ['a display that is empty', 'linux', { DISPLAY: '' }, false],
  ['nothing', 'linux', {}, false],
  ['nothing', 'darwin', {}, true],
  ['a session over SSH', 'darwin', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, false],
  ['a session over SSH', 'win32', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, false],
  ['nothing', 'win32', {}, true]
] as const)('with %s on %s a browser can be opened or not', (_what, platform, env, can) => {
  expect(hasBrowser({ platform, env })).toBe(can)
})
