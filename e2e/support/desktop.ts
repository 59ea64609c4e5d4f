import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const require = createRequire(import.meta.url)
/** A dialog that is closed sooner counts as refused by the desktop, because no person is as fast. */
const SEEN_MS = 250

/** A screen that only the test uses. */
export type Desktop = {
  /** Started in place of Electron: on its own session bus, where no process may look into every other. */
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
  /** Waits for a window of that title and gives it the keyboard. */
  readonly focus: (title: string) => Promise<void>
  /** Takes as long as a person at least needs to see what has come up. */
  readonly see: () => Promise<void>
  readonly type: (text: string) => Promise<void>
  /** Presses keys by their names in xdotool: `Return`, `ctrl+a`. */
  readonly press: (...keys: readonly string[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** Starts an X server without a screen. */
export async function startDesktop(): Promise<Desktop> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp', '-screen', '0', '1000x700x24'], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const [number] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  const display = { DISPLAY: `:${number}` }
  const xdotool = async (...args: readonly string[]): Promise<void> => {
    await run('xdotool', [...args], { env: { ...process.env, ...display }, timeout: 20_000 })
  }
  return {
    executablePath: join(import.meta.dirname, 'on-a-desktop.sh'),
    env: {
      ...display,
      ELECTRON_HOST_DIALOGS: 'portal',
      LATCHKEY_E2E_ELECTRON: String(require('electron'))
    },
    focus: (title) =>
      xdotool('search', '--sync', '--onlyvisible', '--name', `^${title}$`, 'windowfocus', '--sync'),
    see: () => sleep(SEEN_MS),
    type: (text) => xdotool('type', '--delay', '5', text),
    press: (...keys) => xdotool('key', ...keys),
    close: async () => {
      server.kill()
      await once(server, 'exit')
    }
  }
}

/** Returns true if another process of the user may look into this one, as the desktop portal does. */
export async function canBeLookedAt(pid: number): Promise<boolean> {
  const less = ['--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace']
  const look = ['readlink', `/proc/${pid}/root`]
  const [command = '', ...args] = process.getuid?.() === 0 ? ['setpriv', ...less, ...look] : look
  return await run(command, args).then(
    () => true,
    () => false
  )
}
