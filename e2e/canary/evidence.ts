import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createHash } from 'node:crypto'
import { type Canary, createScanner, type SecretKind } from '../../test/support/canary-scan.ts'

/** The ways out that are searched. */
export const channels = [
  'files',
  'output',
  'ipc',
  'dom',
  'renderer heap',
  'errors',
  'command lines',
  'environments',
  'labels',
  'page storage',
  'clipboard',
  'network'
] as const
export type Channel = (typeof channels)[number]

/** A secret in a forbidden place. `where` names the place; the secret itself is not included. */
export type Hit = {
  readonly channel: Channel
  readonly where: string
  readonly secretKind: SecretKind
  readonly form: string
}

type Piece = { readonly channel: Channel; readonly where: string; readonly bytes: Buffer }

export type FolderOptions = {
  /** Names of folders to skip. */
  readonly except?: readonly string[]
  /** Only files written since this time, in ms; default: all. */
  readonly since?: number
}

/**
 * Data seen of a running vault, kept until all its secrets are known: most tokens are made after the moment
 * at which they could leak. Data that was seen before in the same place is kept once.
 */
export class Evidence {
  readonly #pieces = new Map<string, Piece>()

  add(channel: Channel, where: string, data: Buffer | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    const digest = createHash('sha1').update(bytes).digest('base64')
    this.#pieces.set(`${channel} ${where} ${digest}`, { channel, where, bytes })
  }

  /** Adds every file below `folder`, by content and by name. A file that disappears meanwhile is skipped. */
  addFolder(folder: string, { except = [], since = 0 }: FolderOptions = {}): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      this.add('files', 'a name', entry.name)
      if (entry.isDirectory() && !except.includes(entry.name)) this.addFolder(path, { except, since })
      if (entry.isFile() && (statOf(path)?.mtimeMs ?? 0) >= since) this.#addFile(path)
    }
  }

  /** Returns the number of different pieces of a channel, and their bytes. */
  size(channel: Channel): { readonly pieces: number; readonly bytes: number } {
    const pieces = [...this.#pieces.values()].filter((piece) => piece.channel === channel)
    return { pieces: pieces.length, bytes: pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  /** Returns the places of a channel. */
  places(channel: Channel): readonly string[] {
    return [...this.#pieces.values()].flatMap((piece) => (piece.channel === channel ? [piece.where] : []))
  }

  /** Returns each form of each secret once per place. */
  search(canaries: readonly Canary[]): readonly Hit[] {
    const scan = createScanner(canaries)
    const hits = new Map<string, Hit>()
    for (const { channel, where, bytes } of this.#pieces.values()) {
      for (const { secretKind, form } of scan(bytes)) {
        const hit = { channel, where, secretKind, form }
        hits.set(JSON.stringify(hit), hit)
      }
    }
    return [...hits.values()]
  }

  #addFile(path: string): void {
    try {
      this.add('files', relative('/', path), readFileSync(path))
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
