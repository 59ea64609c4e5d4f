import { lstatSync } from 'node:fs'

/**
 * Variables that a vault needs to find the person's session, folders and store. Nothing else is passed on:
 * NODE_OPTIONS, NODE_EXTRA_CA_CERTS, LD_PRELOAD, proxies and the settings that weaken Latchkey would give
 * the program that starts the vault a hold on it.
 */
const passedOn = [
  ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'PATH'],
  ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CURRENT_DESKTOP', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'],
  ['LATCHKEY_HOME', 'LATCHKEY_STORE', 'LATCHKEY_SERVE_IDLE_SECONDS'],
  ['SystemRoot', 'SystemDrive', 'windir', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'USERNAME', 'TEMP', 'TMP']
].flat()

const sessionBus = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS']

/** The part of an environment that a vault may see. */
export function serveEnvironment(
  environment: NodeJS.ProcessEnv,
  uid: number | null = process.getuid?.() ?? null
): Record<string, string> {
  const runtime = uid === null ? null : `/run/user/${uid}`
  // The system's own folder and bus come before what the caller says of them.
  const own = runtime !== null && isSocketOf(`${runtime}/bus`, uid)
  const names = own ? passedOn : [...passedOn, ...sessionBus]
  const found = names.flatMap((name): [string, string][] => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value]]
  })
  if (!own) return Object.fromEntries(found)
  return {
    ...Object.fromEntries(found),
    XDG_RUNTIME_DIR: runtime,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`
  }
}

function isSocketOf(path: string, uid: number | null): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.isSocket() && found.uid === uid
}
