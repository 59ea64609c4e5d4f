// What runs in a page before its own scripts, and in which world.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Session as CdpSession } from './cdp.ts'
import { codec } from './codec.ts'
import { bridge, travel } from './context-bridge.ts'
import { permissionRelay, permissionShim } from './permission-shim.ts'
import { makeIpcRenderer, preloadWorld } from './preload-world.ts'

/** The worlds of the host and their doors. Chromium gives a door to the world it is named for and to no other. */
export const PRELOAD_WORLD = 'electron-host-preload'
export const PERMISSION_WORLD = 'electron-host-permissions'
export const IPC_BINDING = '__electronHostSend'
export const PERMISSION_BINDING = '__electronHostAsk'
export const DELIVER = '__electronHostDeliver'

const renderedProcess = {
  type: 'renderer',
  sandboxed: true,
  contextIsolated: true,
  platform: process.platform,
  arch: process.arch,
  versions: process.versions,
  env: {}
}

function preloadScripts(preload: string): { page: string; isolated: string } {
  const channel = randomUUID() // page scripts cannot guess the event's name
  const config = { channel, binding: IPC_BINDING, deliver: DELIVER, process: renderedProcess }
  const body = `function (require, module, exports, process) {${readFileSync(preload, 'utf8')}\n}`
  const parts = `{codec: ${codec}, travel: ${travel}, bridge: ${bridge}, makeIpcRenderer: ${makeIpcRenderer}}`
  return {
    page: `if (window === window.top) (${bridge})(${JSON.stringify(channel)}, 'page', ${travel})`,
    isolated: `(${preloadWorld})(${JSON.stringify(config)}, ${parts}, ${body})\n//# sourceURL=${pathToFileURL(preload)}`
  }
}

/** Puts the scripts in place; the page has to be standing still. */
export async function installScripts(cdp: CdpSession, preload: string | undefined): Promise<void> {
  const run = (source: string, worldName?: string): Promise<unknown> =>
    cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, ...(worldName && { worldName }) })
  const door = (name: string, executionContextName: string): Promise<unknown> =>
    cdp.send('Runtime.addBinding', { name, executionContextName })
  const channel = JSON.stringify(randomUUID())
  const scripts = preload === undefined ? undefined : preloadScripts(preload)
  const names = `${channel}, '${PERMISSION_BINDING}', '${DELIVER}'`
  await Promise.all([
    door(PERMISSION_BINDING, PERMISSION_WORLD),
    run(`(${permissionRelay})(${names})`, PERMISSION_WORLD),
    run(`(${permissionShim})(${channel})`),
    ...(scripts
      ? [door(IPC_BINDING, PRELOAD_WORLD), run(scripts.page), run(scripts.isolated, PRELOAD_WORLD)]
      : [])
  ])
}
