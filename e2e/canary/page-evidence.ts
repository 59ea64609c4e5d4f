import type { ElectronApplication, Page } from '@playwright/test'
import type { Evidence } from './evidence.ts'

/**
 * The pages that are ours: main window and sign-in strip. The provider's page in the sign-in window is not: it is the
 * provider's own, and holds its own cookies and its own code, in a session that is thrown away with it.
 */
export function isOwn(page: Page): boolean {
  return isOwnAddress(page.url())
}

/** `app://vault`, under the name the stand-in for Electron gives it too. */
export function isOwnAddress(url: string): boolean {
  return /^(app:\/\/vault|https:\/\/vault\.app\.invalid)\//.test(url)
}

/** DOM, field contents, storage and V8 heap of every page of ours that is open. */
export async function lookAtPages(app: ElectronApplication, evidence: Evidence): Promise<void> {
  for (const page of app.windows().filter(isOwn)) {
    const where = new URL(page.url()).pathname
    evidence.add('dom', where, await page.content())
    evidence.add('dom', `${where} fields`, JSON.stringify(await page.evaluate(fieldValues)))
    evidence.add('page storage', where, JSON.stringify(await page.evaluate(storedByPage)))
    evidence.add('renderer heap', where, await heapSnapshot(app, page))
  }
}

/** V8's own snapshot of everything the page can still reach, after its garbage was collected. */
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
