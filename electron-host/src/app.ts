// `app`: names, paths, life cycle.
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { announce } from './announce.ts'
import { HostObject, PreventableEvent, type Silent, HostValue } from './base.ts'
import { LifeCycle, type LifeEvent } from './life-cycle.ts'
import { SingleInstance } from './single-instance.ts'

// `app.commandLine`: the switches of the app, most of which are Chromium's.
/** Switches for the host and not for Chromium. */
const NODE_ONLY = new Set(['inspect', 'inspect-brk', 'user-data-dir', 'require'])

class CommandLine extends HostValue {
  readonly #switches = new Map<string, string>()

  appendSwitch(name: string, value = ''): void {
    // Chromium has one list per process: a later list is appended, as in Electron.
    const earlier = /^(enable|disable)-features$/.test(name) && this.#switches.get(name)
    this.#switches.set(name, earlier ? `${earlier},${value}` : value)
  }
  hasSwitch(name: string): boolean {
    return this.#switches.has(name)
  }
  getSwitchValue(name: string): string {
    return this.#switches.get(name) ?? ''
  }
  /** Returns the arguments for Chromium. */
  toArguments(): string[] {
    const kept = [...this.#switches].filter(([name]) => !NODE_ONLY.has(name))
    return kept.map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`))
  }
}

/** Members for the host's own files; the code of the app has no use for them. */
class Host extends LifeCycle {
  root = process.cwd()
  manifest: Record<string, string> = {}
  configure(root: string, manifest: Record<string, string>): void {
    Object.assign(this, { root, manifest })
  }
}

type Emitted = LifeEvent | 'second-instance' | 'web-contents-created' | 'browser-window-created'

type AppEvent = Emitted | Silent<'activate' | 'select-client-certificate'>

class App extends HostObject<AppEvent> {
  readonly host = new Host(this, () => this.#instance.release())
  readonly commandLine = new CommandLine()
  readonly isPackaged = false
  readonly #paths = new Map<string, string>()
  readonly #instance = new SingleInstance(({ argv, cwd, additionalData }) =>
    announce(this, 'second-instance', new PreventableEvent(), argv, cwd, additionalData)
  )
  #name: string | undefined

  whenReady(): Promise<void> {
    return this.host.ready.promise
  }
  isReady(): boolean {
    return this.host.isReady
  }
  quit(): void {
    this.host.quit()
  }
  exit(code = 0): void {
    this.host.exit(code)
  }
  /** Only throws after `ready`: every page is sandboxed here anyway. */
  enableSandbox(): void {
    if (this.isReady()) throw new Error('app.enableSandbox() can only be called before app is ready')
  }
  setAppUserModelId(_id: string): void {}
  setDesktopName(_name: string): void {}

  get name(): string {
    return this.getName()
  }
  set name(name: string) {
    this.setName(name)
  }
  getName(): string {
    return this.#name ?? this.host.manifest['productName'] ?? this.host.manifest['name'] ?? 'Electron'
  }
  setName(name: string): void {
    this.#name = name
  }
  getVersion(): string {
    return this.host.manifest['version'] ?? '0.0.0'
  }
  getAppPath(): string {
    return this.host.root
  }
  getLocale(): string {
    return this.commandLine.getSwitchValue('lang') || 'en-US'
  }

  getPath(name: string): string {
    const set = this.#paths.get(name)
    if (set !== undefined) return set
    const path = this.#known(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path()
  }
  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute')
    if (this.#known(name) === undefined) throw new Error('Failed to set path')
    if (this.isReady() && ['userData', 'sessionData'].includes(name)) {
      throw new Error(`electron host: ${name} is set after ready, when pages are kept there`)
    }
    this.#paths.set(name, path)
  }
  #known(name: string): (() => string) | undefined {
    const userData = (): string =>
      this.commandLine.getSwitchValue('user-data-dir') || join(this.getPath('appData'), this.getName())
    const known: Record<string, () => string> = {
      home: homedir,
      appData: () => process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
      userData,
      sessionData: userData,
      logs: () => join(this.getPath('userData'), 'logs'),
      temp: tmpdir,
      exe: () => join(import.meta.dirname, '..', 'bin', 'electron'),
      documents: () => join(homedir(), 'Documents'),
      downloads: () => join(homedir(), 'Downloads')
    }
    return known[name]
  }

  requestSingleInstanceLock(additionalData: object = {}): boolean {
    return this.#instance.request(this.getPath('userData'), additionalData)
  }
  hasSingleInstanceLock(): boolean {
    return this.#instance.isHeld
  }
  releaseSingleInstanceLock(): void {
    this.#instance.release()
  }
}

export const app = new App()
