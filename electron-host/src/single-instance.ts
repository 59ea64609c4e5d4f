// One instance per user data folder: the first watches a folder; a later one writes a file into it and ends.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
  type FSWatcher
} from 'node:fs'
import { join } from 'node:path'

/** The message of a later start to the first. */
export type Greeting = { argv: string[]; cwd: string; additionalData: unknown }

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export class SingleInstance {
  readonly #heard: (greeting: Greeting) => void
  #watcher: FSWatcher | undefined
  #folder = ''

  constructor(heard: (greeting: Greeting) => void) {
    this.#heard = heard
  }
  get isHeld(): boolean {
    return this.#watcher !== undefined
  }

  /** Returns false if another instance holds the lock, after it has told that instance. Synchronous. */
  request(userData: string, additionalData: unknown): boolean {
    if (this.#watcher) return true
    this.#folder = join(userData, 'host-instances')
    mkdirSync(this.#folder, { recursive: true })
    if (!this.#take()) {
      this.#greet({ argv: process.argv, cwd: process.cwd(), additionalData })
      return false
    }
    this.#watcher = watch(this.#folder, () => this.#read())
    this.#watcher.unref()
    return true
  }
  release(): void {
    if (!this.#watcher) return
    this.#watcher.close()
    this.#watcher = undefined
    rmSync(join(this.#folder, 'lock'), { force: true })
  }

  #take(): boolean {
    const lock = join(this.#folder, 'lock')
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch {
      if (isAlive(Number(readFileSync(lock, 'utf8')))) return false
      writeFileSync(lock, String(process.pid))
    }
    return true
  }
  #greet(greeting: Greeting): void {
    const file = join(this.#folder, String(process.pid))
    writeFileSync(file, JSON.stringify(greeting))
    renameSync(file, `${file}.json`) // atomic for the instance that watches
  }
  #read(): void {
    for (const name of readdirSync(this.#folder).filter((file) => file.endsWith('.json'))) {
      const greeting = JSON.parse(readFileSync(join(this.#folder, name), 'utf8')) as Greeting
      rmSync(join(this.#folder, name))
      this.#heard(greeting)
    }
  }
}
