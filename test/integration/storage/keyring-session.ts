import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * A message bus and, if wanted, a gnome-keyring of the test's own, which the test can stop, lock and kill.
 */
export type KeyringSession = {
  /** Environment for processes that use this bus. */
  readonly environment: NodeJS.ProcessEnv
  /** Starts the keyring with the collection unlocked, so that no prompt appears. */
  readonly startDaemon: () => Promise<void>
  readonly signalDaemon: (signal: NodeJS.Signals) => void
  /** Ends the keyring; it can be started again and keeps its items. */
  readonly endDaemon: () => Promise<void>
  readonly lock: () => void
  /** Ends the message bus and every connection to it. */
  readonly killBus: () => Promise<void>
  readonly close: () => Promise<void>
}

type SessionOptions = {
  /** True if the bus starts a locked keyring at the first request, as the bus of a desktop does. */
  readonly startsByItself?: boolean
}

const service = `[D-BUS Service]
Name=org.freedesktop.secrets
Exec=/usr/bin/gnome-keyring-daemon --start --foreground --components=secrets
`

// The bus starts services on its own only if a folder of services is given.
const busConfig = (
  services: string
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>${services}
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`

export async function startKeyringSession({
  startsByItself = false
}: SessionOptions = {}): Promise<KeyringSession> {
  const dir = await mkdtemp(join(tmpdir(), 'latchkey-bus-'))
  const folders = ['home', 'run', 'data', 'config', 'cache', 'services']
  for (const name of folders) await mkdir(join(dir, name), { mode: 0o700 })
  const services = join(dir, 'services')
  await writeFile(join(services, 'org.freedesktop.secrets.service'), service)
  await writeFile(
    join(dir, 'bus.conf'),
    busConfig(startsByItself ? `<servicedir>${services}</servicedir>` : '')
  )
  const folderVariables: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: join(dir, 'home'),
    XDG_RUNTIME_DIR: join(dir, 'run'),
    XDG_DATA_HOME: join(dir, 'data'),
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_CACHE_HOME: join(dir, 'cache')
  }
  const bus = spawn(
    'dbus-daemon',
    [`--config-file=${join(dir, 'bus.conf')}`, '--print-address', '--nofork'],
    {
      // Services that the bus starts find the same folders.
      env: folderVariables,
      stdio: ['ignore', 'pipe', 'ignore']
    }
  )
  const address = await firstLine(bus)
  const environment: NodeJS.ProcessEnv = { ...folderVariables, DBUS_SESSION_BUS_ADDRESS: address }
  // At most one daemon.
  const daemons: ChildProcess[] = []

  async function startDaemon(): Promise<void> {
    const args = ['--foreground', '--unlock', '--components=secrets']
    const daemon = spawn('gnome-keyring-daemon', args, {
      env: environment,
      stdio: ['pipe', 'ignore', 'ignore']
    })
    daemons.push(daemon)
    daemon.stdin.end('throw-away')
    for (
      let tries = 0;
      !call(environment, 'org.freedesktop.DBus', '/', nameHasOwner).includes('true');
      tries += 1
    ) {
      if (tries > 200) throw new Error('gnome-keyring did not start.')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function endDaemon(): Promise<void> {
    for (const daemon of daemons.splice(0)) await ended(daemon)
  }

  return {
    environment,
    startDaemon,
    signalDaemon: (signal) => {
      for (const daemon of daemons) daemon.kill(signal)
    },
    endDaemon,
    lock: () => void call(environment, 'org.freedesktop.secrets', '/org/freedesktop/secrets', lockDefault),
    killBus: () => ended(bus),
    close: async () => {
      await endDaemon()
      await ended(bus)
      await rm(dir, { recursive: true, force: true })
    }
  }
}

const nameHasOwner = ['org.freedesktop.DBus.NameHasOwner', 'org.freedesktop.secrets']
const lockDefault = [
  'org.freedesktop.Secret.Service.Lock',
  "[objectpath '/org/freedesktop/secrets/collection/login']"
]

function call(
  env: NodeJS.ProcessEnv,
  name: string,
  path: string,
  [method = '', argument = '']: string[]
): string {
  const args = ['call', '--session', '--dest', name, '--object-path', path, '--method', method, argument]
  const { stdout, stderr, status } = spawnSync('gdbus', args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`gdbus: ${stderr}`)
  return stdout
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
