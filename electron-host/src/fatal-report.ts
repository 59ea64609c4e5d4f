// What Node writes when V8 can not go on, for the `error` event of a utility process.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

type Report = { readonly location: string; readonly text: string }

/** A folder for the report of one process, gone once `read` was called. */
export class FatalReport {
  readonly #folder: string
  /** `parent`: a folder of the host, which exists. */
  constructor(parent: string) {
    this.#folder = mkdtempSync(join(parent, 'host-report-'))
  }
  /** For Node's command line. The environment stays out of it. */
  get switches(): string[] {
    return ['--report-on-fatalerror', '--report-exclude-env', `--report-directory=${this.#folder}`]
  }
  /** Null: the process ended otherwise, or was read before. */
  read(): Report | null {
    try {
      const [name] = existsSync(this.#folder) ? readdirSync(this.#folder) : []
      if (name === undefined) return null
      const text = readFileSync(join(this.#folder, name), 'utf8')
      return { text, location: (JSON.parse(text) as { header: { event: string } }).header.event }
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }
}
