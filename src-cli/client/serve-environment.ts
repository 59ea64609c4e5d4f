import { lstatSync } from 'node:fs'

/**
 * Variables that a vault needs to find the person's session, folders and store. Nothing else is passed on:
 * NODE_OPTIONS, NODE_EXTRA_CA_CERTS, LD_PRELOAD, proxies and the settings that weaken Latchkey would give
 * the program that starts the vault a hold on it.
 */
const passedOn = [
  ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'PATH'],
  ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CURRENT_DESKTOP', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'],
  ['LATCHKEY_HOME', 'LATCHKEY_STORE', 'LATCHKEY_SERVE_IDLE_SECONDS', 'AWS_SHARED_CREDENTIALS_FILE'],
  ['SystemRoot', 'SystemDrive', 'windir', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'USERNAME', 'TEMP', 'TMP']
].flat()

/**
 * glibc gives threads heaps of their own, up to eight for each processor, and what V8's threads free there stays with the
 * process (mallopt(3), M_ARENA_MAX). Two keep a vault small that passes a large answer on.
 */
const own = { MALLOC_ARENA_MAX: '2' }

const sessionBus = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS']

/** The environment of a vault: the part of another one that it may see, and what Latchkey sets itself. */
export function serveEnvironment(
  environment: NodeJS.ProcessEnv,
  uid: number | null = process.getuid?.() ?? null
): Record<string, string> {
  const runtime = uid === null ? null : `/run/user/${uid}`
  // The system's own folder and bus come before what the caller says of them.
  const hasBus = runtime !== null && isSocketOf(`${runtime}/bus`, uid)
  const names = hasBus ? passedOn : [...passedOn, ...sessionBus]
  const found = names.flatMap((name): [string, string][] => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value]]
  })
  if (!hasBus) return { ...Object.fromEntries(found), ...own }
  return {
    ...Object.fromEntries(found),
    ...own,
    XDG_RUNTIME_DIR: runtime,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`
  }
}

function isSocketOf(path: string, uid: number | null): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.isSocket() && found.uid === uid
}
