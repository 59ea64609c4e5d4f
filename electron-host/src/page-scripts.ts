// The scripts that run in a page before its own, and the worlds they run in.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Session as CdpSession } from './cdp.ts'
import { codec } from './codec.ts'
import { bridge, travel } from './context-bridge.ts'
import { makeAsk, permissionRelay, permissionShim } from './permission-shim.ts'
import { makeIpcRenderer, preloadWorld } from './preload-world.ts'
import { ownSchemeShim, schemes } from './schemes.ts'

/** The worlds of the host and their doors. Chromium gives a door only to the world whose name it has. */
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

/** Returns the call of a function that Chromium gets as text. */
function callOf(run: (...args: never[]) => unknown, ...args: string[]): string {
  return `(${run.toString()})(${args.join(', ')})`
}

function preloadScripts(preload: string): { page: string; isolated: string } {
  const channel = randomUUID() // page scripts cannot guess the event's name
  const config = { channel, binding: IPC_BINDING, deliver: DELIVER, process: renderedProcess }
  const parts = Object.entries({ codec, travel, bridge, makeIpcRenderer })
    .map(([name, part]) => `${name}: ${part.toString()}`)
    .join(', ')
  const body = `function (require, module, exports, process) {${readFileSync(preload, 'utf8')}\n}`
  const start = callOf(preloadWorld, JSON.stringify(config), `{ ${parts} }`, body)
  const pageEnd = callOf(bridge, JSON.stringify(channel), "'page'", travel.toString())
  return {
    page: `if (window === window.top) ${pageEnd}`,
    isolated: `${start}\n//# sourceURL=${pathToFileURL(preload).href}`
  }
}

/** Installs the scripts; the page must be paused. */
export async function installScripts(cdp: CdpSession, preload: string | undefined): Promise<void> {
  const run = (source: string, worldName?: string): Promise<unknown> =>
    cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, ...(worldName && { worldName }) })
  const door = (name: string, executionContextName: string): Promise<unknown> =>
    cdp.send('Runtime.addBinding', { name, executionContextName })
  const channel = JSON.stringify(randomUUID())
  const scripts = preload === undefined ? undefined : preloadScripts(preload)
  const doors = [JSON.stringify(PERMISSION_BINDING), JSON.stringify(DELIVER)]
  await Promise.all([
    door(PERMISSION_BINDING, PERMISSION_WORLD),
    run(callOf(permissionRelay, channel, ...doors), PERMISSION_WORLD),
    run(callOf(permissionShim, channel, makeAsk.toString())),
    run(callOf(ownSchemeShim, JSON.stringify(schemes.pageRules()))),
    ...(scripts
      ? [door(IPC_BINDING, PRELOAD_WORLD), run(scripts.page), run(scripts.isolated, PRELOAD_WORLD)]
      : [])
  ])
}
