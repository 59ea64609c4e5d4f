// `app.commandLine`: the switches of the app, most of which are Chromium's.
import { HostValue } from './base.ts'

/** For the host and not for Chromium. */
const NODE_ONLY = new Set(['inspect', 'inspect-brk', 'user-data-dir', 'require'])

export class CommandLine extends HostValue {
  readonly #switches = new Map<string, string>()

  appendSwitch(name: string, value = ''): void {
    // Chromium knows one list per process: a later list is added to it, as Electron does.
    const earlier = /^(enable|disable)-features$/.test(name) && this.#switches.get(name)
    this.#switches.set(name, earlier ? `${earlier},${value}` : value)
  }
  hasSwitch(name: string): boolean {
    return this.#switches.has(name)
  }
  getSwitchValue(name: string): string {
    return this.#switches.get(name) ?? ''
  }
  /** What Chromium is started with. */
  toArguments(): string[] {
    const kept = [...this.#switches].filter(([name]) => !NODE_ONLY.has(name))
    return kept.map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`))
  }
}
