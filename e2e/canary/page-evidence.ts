import type { ElectronApplication, Page } from '@playwright/test'
import type { Evidence } from './evidence.ts'

/**
 * True for our own pages: main window and sign-in strip. The provider's page in the sign-in window belongs to
 * the provider, with its own cookies and code, in a session that is discarded with it.
 */
export function isOwn(page: Page): boolean {
  return isOwnAddress(page.url())
}

/** True for `app://vault`, also under the name that the stand-in for Electron gives it. */
export function isOwnAddress(url: string): boolean {
  return /^(app:\/\/vault|https:\/\/vault\.app\.invalid)\//.test(url)
}

/** Adds the DOM, field contents, storage and V8 heap of each of our open pages. */
export async function lookAtPages(app: ElectronApplication, evidence: Evidence): Promise<void> {
  for (const page of app.windows().filter(isOwn)) {
    const where = new URL(page.url()).pathname
    evidence.add('dom', where, await page.content())
    evidence.add('dom', `${where} fields`, JSON.stringify(await page.evaluate(fieldValues)))
    evidence.add('page storage', where, JSON.stringify(await page.evaluate(storedByPage)))
    evidence.add('renderer heap', where, await heapSnapshot(app, page))
  }
}

/** Returns V8's snapshot of everything the page can still reach, after a garbage collection. */
export async function heapSnapshot(app: ElectronApplication, page: Page): Promise<Buffer> {
  const devTools = await app.context().newCDPSession(page)
  const chunks: Buffer[] = []
  devTools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(Buffer.from(chunk)))
  await devTools.send('HeapProfiler.enable')
  await devTools.send('HeapProfiler.collectGarbage')
  await devTools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await devTools.detach()
  return Buffer.concat(chunks)
}

function fieldValues(): string[] {
  return [...document.querySelectorAll('input, textarea, select')].map(
    (field) => (field as HTMLInputElement).value
  )
}

async function storedByPage(): Promise<unknown> {
  const request = <T>(asked: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      asked.addEventListener('success', () => resolve(asked.result))
      asked.addEventListener('error', () => reject(new Error('A database could not be read.')))
    })
  const databases: unknown[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await request(indexedDB.open(name))
    const stores = [...database.objectStoreNames]
    for (const store of stores)
      databases.push(name, store, await request(database.transaction(store).objectStore(store).getAll()))
    database.close()
  }
  return [
    Object.entries(localStorage),
    Object.entries(sessionStorage),
    document.cookie,
    location.href,
    history.state,
    databases
  ]
}
