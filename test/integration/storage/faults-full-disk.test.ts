import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openCatalog } from '../../../src-main/storage/catalog/catalog.ts'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { exampleGrant } from '../../../src-main/storage/storage.testkit.ts'
import { toCatalogEntry } from '../../../src-main/core/catalog-entry.ts'
import { leftovers } from '../../fault/disk-state.ts'
import { KEY, openFileStore } from '../../fault/file-stores.ts'
import { systemError, withFileSystem } from '../../fault/file-system.ts'

type Disk = {
  readonly dir: string
  readonly isReal: boolean
  readonly while: <T>(work: () => Promise<T>) => Promise<T>
}

/** A disk of 1 MB that can be filled. If none can be mounted: a folder in which every write of data fails. */
async function smallDisk(): Promise<Disk> {
  const dir = await temporaryDir()
  const mounted = run('mount', '-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', dir)
  if (!mounted) return { dir, isReal: false, while: (work) => withFileSystem(dir, refuseData, work) }
  onTestFinished(() => void run('umount', dir))
  return { dir, isReal: true, while: (work) => filled(dir, work) }
}

/** False also if the command does not exist. */
function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0
}

async function filled<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const filler = join(dir, 'filler')
  // The pieces shrink until no byte fits.
  for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2)) {
    await writeFile(filler, Buffer.alloc(size), { flag: 'a' }).catch(() => undefined)
  }
  try {
    return await work()
  } finally {
    await rm(filler)
  }
}

const refuseData: Parameters<typeof withFileSystem>[1] = (call, proceed) =>
  call.kind === 'write' ? Promise.reject(systemError('ENOSPC', call)) : proceed()

test.each(['encrypted files', 'overflow files'] as const)(
  'On a full disk the %s keep the old value, say that nothing was stored, and work again when there is room',
  async (kind) => {
    const disk = await smallDisk()
    console.log(`full disk, ${kind}: ${disk.isReal ? '1 MB tmpfs' : 'ENOSPC by the port (no mount here)'}`)
    const first = openFileStore(kind, disk.dir)
    await first.store.set(KEY, `old ${'o'.repeat(8000)}`)
    await disk.while(async () => {
      await expect(first.store.set(KEY, `new ${'n'.repeat(60_000)}`)).rejects.toMatchObject({
        code: 'STORE_WRITE_FAILED'
      })
      expect(await first.store.get(KEY)).toBe(`old ${'o'.repeat(8000)}`)
      expect(await leftovers(disk.dir)).toEqual([])
    })
    await first.store.set(KEY, 'new '.repeat(100))
    expect(await openFileStore(kind, disk.dir, first.items()).store.get(KEY)).toBe('new '.repeat(100))
  }
)

test('On a full disk the catalog keeps what it had and says that nothing was stored', async () => {
  const disk = await smallDisk()
  const path = join(disk.dir, 'catalog', 'catalog.db')
  const catalog = await openCatalog(path)
  onTestFinished(() => catalog.close())
  const entries = Array.from({ length: 400 }, (_unused, index) =>
    toCatalogEntry(
      exampleGrant({ ref: { service: 'sso.example.net', account: `a${index}` } }),
      'keychain',
      null
    )
  )
  const [first, ...others] = entries
  if (first) catalog.put(first)
  let stored = 1
  const fillUp = async (): Promise<void> => {
    for (const entry of others) {
      catalog.put(entry)
      stored += 1
    }
  }
  // SQLite makes its own file calls, so without a small disk only a lock can make it fail.
  const lock = disk.isReal ? null : new DatabaseSync(path)
  lock?.exec('BEGIN EXCLUSIVE')
  console.log(`full disk, catalog: ${lock ? 'locked by another (no mount here)' : '1 MB tmpfs'}`)
  await expect(disk.while(fillUp)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  lock?.close()
  expect(stored).toBeLessThan(entries.length)
  expect(catalog.list()).toHaveLength(stored)
  catalog.close()
  const next = await openCatalog(path)
  expect(next.list()).toHaveLength(stored)
  next.close()
})
