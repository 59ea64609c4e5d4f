import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, resolve } from 'node:path'

/** A file call as the system sees it. Folders and files have their full path. */
export type FileCall =
  | { readonly kind: 'open' | 'stat' | 'list' | 'chmod' | 'close' | 'read'; readonly path: string }
  | { readonly kind: 'create' | 'mkdir' | 'unlink'; readonly path: string }
  | {
      readonly kind: 'write'
      readonly path: string
      readonly data: Buffer
      /** Writes only the first half, as a disk does that becomes full. */
      readonly half: () => Promise<void>
    }
  | { readonly kind: 'truncate' | 'sync' | 'sync-dir'; readonly path: string }
  | { readonly kind: 'rename' | 'link'; readonly path: string; readonly to: string }

/** A hook between the store and the disk: it may do the call, skip it or fail it. */
export type Interposer = (call: FileCall, proceed: () => Promise<unknown>) => Promise<unknown>

type Handle = fs.promises.FileHandle
type Promises = typeof fs.promises
/** Type of the functions that replace Node's own; they take any arguments. */
type Functions = Record<string, (...args: never[]) => unknown>

/**
 * Runs `work` with every asynchronous file call of this process below `root` led through `interpose`. Node's
 * own functions are replaced, so that no call site of the store is missed. Calls outside `root` are left
 * alone.
 */
export async function withFileSystem<T>(
  root: string,
  interpose: Interposer,
  work: () => Promise<T>
): Promise<T> {
  const real = { ...fs.promises }
  const isMine = (path: unknown): path is string => typeof path === 'string' && resolve(path).startsWith(root)
  const replaced: Functions = {}

  /** Replaces a function whose first argument is a path. */
  function lead(name: keyof Promises, callOf: (path: string, ...rest: unknown[]) => FileCall): void {
    const original = real[name] as (...args: unknown[]) => Promise<unknown>
    replaced[name] = (path: unknown, ...rest: unknown[]) =>
      isMine(path)
        ? interpose(callOf(resolve(path), ...rest), () => original(path, ...rest))
        : original(path, ...rest)
  }

  lead('unlink', (path) => ({ kind: 'unlink', path }))
  lead('rename', (path, to) => ({ kind: 'rename', path, to: resolve(String(to)) }))
  lead('link', (path, to) => ({ kind: 'link', path, to: resolve(String(to)) }))
  lead('mkdir', (path) => ({ kind: 'mkdir', path }))
  lead('chmod', (path) => ({ kind: 'chmod', path }))
  for (const name of ['stat', 'lstat'] as const) lead(name, (path) => ({ kind: 'stat', path }))
  lead('readdir', (path) => ({ kind: 'list', path }))
  lead('open', (path, flags) => openCall(path, flags))
  const open = replaced['open'] as unknown as (...args: unknown[]) => Promise<Handle>
  replaced['open'] = async (path: unknown, ...rest: unknown[]) => {
    const handle = await open(path, ...rest)
    return isMine(path) ? await ledHandle(handle, resolve(path), interpose) : handle
  }

  Object.assign(fs.promises, replaced)
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    Object.assign(fs.promises, real)
    syncBuiltinESMExports()
  }
}

function openCall(path: string, flags: unknown): FileCall {
  return { kind: typeof flags === 'string' && /^[wa]/.test(flags) ? 'create' : 'open', path }
}

async function ledHandle(handle: Handle, path: string, interpose: Interposer): Promise<Handle> {
  const isDir = (await handle.stat()).isDirectory()
  const calls: Functions = {
    writeFile: (data: string | Buffer) => {
      const bytes = Buffer.from(data as string)
      const half = (): Promise<void> => handle.writeFile(bytes.subarray(0, Math.floor(bytes.length / 2)))
      return interpose({ kind: 'write', path, data: bytes, half }, () => handle.writeFile(bytes))
    },
    sync: () => interpose({ kind: isDir ? 'sync-dir' : 'sync', path }, () => handle.sync()),
    stat: () => interpose({ kind: 'stat', path }, () => handle.stat()),
    chmod: (mode: number) => interpose({ kind: 'chmod', path }, () => handle.chmod(mode)),
    truncate: (length: number) => interpose({ kind: 'truncate', path }, () => handle.truncate(length)),
    readFile: (options: 'utf8') => interpose({ kind: 'read', path }, () => handle.readFile(options)),
    // The descriptor is closed even if the call then fails.
    close: () => handle.close().then(() => interpose({ kind: 'close', path }, () => Promise.resolve()))
  }
  return new Proxy(handle, {
    get: (target, name) => {
      const value: unknown = calls[String(name)] ?? Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      if (calls[String(name)] === undefined) throw new Error(`The test knows no handle.${String(name)}.`)
      return value
    }
  })
}

/** The system's error with that code. */
export function systemError(code: string, call: FileCall): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${call.kind} in ${dirname(call.path)}`), { code })
}
