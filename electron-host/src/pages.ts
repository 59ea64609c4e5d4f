// `webContents`, and Chromium's events about all pages.
import { guarded } from './base.ts'
import type { Json } from './cdp.ts'
import { browser, onPopup } from './chromium.ts'
import { nativeTheme } from './desktop.ts'
import { handleRequests, refusePopup } from './network.ts'
import { WebContents } from './web-contents.ts'

export const webContents = guarded('webContents', {
  getAllWebContents: (): WebContents[] => [...WebContents.all.values()],
  fromId: (id: number): WebContents | undefined => WebContents.all.get(id),
  fromDevToolsTargetId: (targetId: string): WebContents | undefined => WebContents.byTarget.get(targetId)
})

onPopup((target) => {
  const opener = WebContents.byTarget.get(target.openerId ?? '')
  if (opener) opener.popup(target)
  else refusePopup(target)
})

void handleRequests(
  (frameId) =>
    WebContents.byTarget.get(frameId) ?? [...WebContents.all.values()].find((page) => page.owns(frameId))
)

void browser.then(({ root }) =>
  root.on('Target.targetInfoChanged', ({ targetInfo: { targetId, title, url } }: Json) => {
    WebContents.byTarget.get(targetId)?.titled(title, url)
  })
)

nativeTheme.on('updated', () => {
  for (const page of WebContents.all.values()) page.emulateMedia().catch(() => undefined)
})
