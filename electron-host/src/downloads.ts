// `will-download`: Chromium runs every download, into a folder of the host, until the app refuses it.
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { app } from './app.ts'
import { announce, isPrevented } from './announce.ts'
import { HostObject, PreventableEvent } from './base.ts'
import type { Json } from './cdp.ts'
import { browser } from './chromium.ts'

type State = 'progressing' | 'completed' | 'cancelled' | 'interrupted'
type Owner = HostObject<'will-download'> & { readonly contextId: Promise<string | undefined> }

const folder = (): string => join(app.getPath('userData'), 'host-downloads')

export class DownloadItem extends HostObject<'done'> {
  readonly #begun: { guid: string; url: string; suggestedFilename: string }
  #state: State = 'progressing'
  #savePath = ''
  readonly #settled = Promise.withResolvers<void>()
  constructor(begun: { guid: string; url: string; suggestedFilename: string }) {
    super()
    this.#begun = begun
  }
  getURL(): string {
    return this.#begun.url
  }
  getFilename(): string {
    return this.#begun.suggestedFilename
  }
  getState(): State {
    return this.#state
  }
  setSavePath(path: string): void {
    this.#savePath = path
  }
  getSavePath(): string {
    return this.#savePath
  }
  cancel(): void {
    void this.#end('cancelled')
  }
  /** For the host: Chromium has finished the file, which is complete or not. */
  settle(isWhole: boolean): void {
    this.#settled.resolve()
    void this.#end(isWhole ? 'completed' : 'interrupted')
  }
  async #end(state: State): Promise<void> {
    if (this.#state !== 'progressing') return
    this.#state = state
    const { guid } = this.#begun
    const file = join(folder(), guid)
    if (state === 'cancelled') {
      const cancelled = (await browser).root.send('Browser.cancelDownload', { guid })
      await cancelled.catch(() => undefined) // it already exists
      await this.#settled.promise // Chromium moves it into place to the last
    }
    if (state === 'completed' && this.#savePath !== '') await copyFile(file, this.#savePath)
    await rm(file, { force: true })
    announce(this, 'done', new PreventableEvent(), state)
  }
}

/**
 * Handles the downloads of one session. Without a save path Electron asks the person for a place; no person
 * is there to answer, so such a file is dropped when it is complete.
 */
export async function watchDownloads(
  owner: Owner,
  find: (frameId: string) => object | undefined
): Promise<void> {
  const { root } = await browser
  const browserContextId = await owner.contextId
  await mkdir(folder(), { recursive: true })
  const items = new Map<string, DownloadItem>()
  root.on('Browser.downloadWillBegin', (begun: Json) => {
    const contents: { session?: unknown } | undefined = find(begun.frameId)
    if (contents?.session !== owner) return
    const item = new DownloadItem(begun)
    items.set(begun.guid, item)
    if (isPrevented(owner, 'will-download', { args: [item, contents] })) item.cancel()
  })
  root.on('Browser.downloadProgress', ({ guid, state }: Json) => {
    if (state === 'completed' || state === 'canceled') items.get(guid)?.settle(state === 'completed')
  })
  const behaviour = { behavior: 'allowAndName', downloadPath: folder(), eventsEnabled: true }
  await root.send('Browser.setDownloadBehavior', { ...behaviour, browserContextId })
}
