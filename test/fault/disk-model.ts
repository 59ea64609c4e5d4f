import { dirname } from 'node:path'
import type { FileCall } from './file-system.ts'

/** The content of a disk: folders, and the bytes of each file. */
export type DiskState = { readonly dirs: readonly string[]; readonly files: ReadonlyMap<string, Buffer> }

type File = { durable: Buffer; present: Buffer }
type Entry = File | 'dir'
/** Names that change together. Null: the name is removed. */
type NameChange = {
  readonly dir: string
  readonly names: ReadonlyMap<string, Entry | null>
  isDurable: boolean
}

/**
 * A disk as POSIX promises it: data of a file is durable only after fsync of the file, and a name only after
 * fsync of its folder. Until then any part of the data may be missing, and any combination of the changes of
 * names; a rename on its own is atomic.
 */
export class DiskModel {
  readonly #files = new Set<File>()
  readonly #changes: NameChange[] = []
  readonly #names = new Map<string, Entry>()

  /** Starts with this state, all of it durable. */
  constructor(start: DiskState) {
    for (const dir of start.dirs) this.#names.set(dir, 'dir')
    for (const [path, bytes] of start.files) this.#names.set(path, this.#newFile(bytes))
    this.#change('', [...this.#names])
    for (const change of this.#changes) change.isDurable = true
  }

  /** Applies a call of the system; calls come in the order in which the system did them. */
  apply(call: FileCall): void {
    switch (call.kind) {
      case 'create':
        // `w` empties an existing file.
        if (this.#names.has(call.path)) this.#file(call.path).present = Buffer.alloc(0)
        else this.#change(dirname(call.path), [[call.path, this.#newFile(Buffer.alloc(0))]])
        return
      case 'mkdir':
        if (!this.#names.has(call.path)) this.#change(dirname(call.path), [[call.path, 'dir']])
        return
      case 'write':
        this.#file(call.path).present = Buffer.concat([this.#file(call.path).present, call.data])
        return
      case 'sync':
        this.#file(call.path).durable = this.#file(call.path).present
        return
      case 'sync-dir':
        for (const change of this.#changes) if (change.dir === call.path) change.isDurable = true
        return
      case 'rename':
        this.#change(dirname(call.to), [
          [call.path, null],
          [call.to, this.#file(call.path)]
        ])
        return
      case 'link':
        return this.#change(dirname(call.to), [[call.to, this.#file(call.path)]])
      case 'unlink':
        return this.#change(dirname(call.path), [[call.path, null]])
      case 'truncate':
        throw new Error('The model knows no truncate.')
    }
  }

  /** Every state that a power cut at this moment may leave, each once. */
  states(): DiskState[] {
    const found = new Map<string, DiskState>()
    const unsure = this.#changes.filter((change) => !change.isDurable)
    const dirty = [...this.#files].filter((file) => !file.durable.equals(file.present))
    for (const kept of subsets(unsure)) {
      for (const bytes of contents(dirty)) {
        const state = this.#after(new Set(kept), bytes)
        found.set(fingerprint(state), state)
      }
    }
    return [...found.values()]
  }

  #after(kept: ReadonlySet<NameChange>, bytes: ReadonlyMap<File, Buffer>): DiskState {
    const names = new Map<string, Entry>()
    for (const change of this.#changes.filter((change) => change.isDurable || kept.has(change))) {
      for (const [path, entry] of change.names) {
        if (entry === null) names.delete(path)
        else names.set(path, entry)
      }
    }
    // A name is reachable only if its folder is there.
    const isThere = (path: string): boolean =>
      this.#isRoot(path) || (names.has(path) && isThere(dirname(path)))
    const reachable = [...names].filter(([path]) => isThere(path))
    return {
      dirs: reachable.filter(([, entry]) => entry === 'dir').map(([path]) => path),
      files: new Map(
        reachable.flatMap(([path, entry]) =>
          entry === 'dir' ? [] : [[path, bytes.get(entry) ?? entry.present] as const]
        )
      )
    }
  }

  /** True for the folder of the store's folders: it was there before and is not part of the model. */
  #isRoot(path: string): boolean {
    return !this.#names.has(path) && !this.#changes.some(({ names }) => names.has(path))
  }

  #change(dir: string, names: Iterable<[string, Entry | null]>): void {
    const change = { dir, names: new Map(names), isDurable: false }
    this.#changes.push(change)
    for (const [path, entry] of change.names) {
      if (entry === null) this.#names.delete(path)
      else this.#names.set(path, entry)
    }
  }

  #newFile(bytes: Buffer): File {
    const file = { durable: bytes, present: bytes }
    this.#files.add(file)
    return file
  }

  #file(path: string): File {
    const entry = this.#names.get(path)
    if (entry === undefined || entry === 'dir') throw new Error('The model knows no such file.')
    return entry
  }
}

/**
 * Possible contents of a file whose last writes were not synced: the old, nothing, half, zeros of the new
 * length, the new.
 */
function survivors({ durable, present }: File): Buffer[] {
  const half = present.subarray(0, Math.floor(present.length / 2))
  return [durable, Buffer.alloc(0), half, Buffer.alloc(present.length), present]
}

function contents(dirty: readonly File[]): Map<File, Buffer>[] {
  let all: Map<File, Buffer>[] = [new Map()]
  for (const file of dirty)
    all = all.flatMap((one) => survivors(file).map((bytes) => new Map(one).set(file, bytes)))
  return all
}

function subsets<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length }, (_unused, mask) =>
    items.filter((_item, index) => (mask >> index) & 1)
  )
}

/** Text that is the same for the same state. */
export function fingerprint({ dirs, files }: DiskState): string {
  const named = [...files].map(([path, bytes]) => `${path}:${bytes.toString('base64')}`)
  return JSON.stringify([dirs.toSorted(), named.toSorted()])
}
