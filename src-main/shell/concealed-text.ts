import { clipboard, ClipboardItem } from 'electron'

/** Electron's name for a format of the system's clipboard (electronjs.org: clipboard). */
const native = (format: string): string => `electron application/osclipboard;format="${format}"`
const NO = new Uint8Array(4) // a DWORD of 0

/**
 * Marks that tell clipboard managers to keep nothing: nspasteboard.org on macOS, Windows' clipboard formats
 * (learn.microsoft.com: Clipboard Formats, cloud clipboard and clipboard history), KDE's Klipper.
 */
const marks: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<string, Blob>>>>> = {
  darwin: { [native('org.nspasteboard.ConcealedType')]: new Blob(['']) },
  win32: {
    [native('ExcludeClipboardContentFromMonitorProcessing')]: new Blob([NO]),
    [native('CanIncludeInClipboardHistory')]: new Blob([NO]),
    [native('CanUploadToCloudClipboard')]: new Blob([NO])
  },
  linux: { [native('x-kde-passwordManagerHint')]: new Blob(['secret']) }
}

/** Copies a text with the marks that clipboard managers respect; without marks if the system accepts none. */
export async function writeConcealed(text: string): Promise<void> {
  const item = new ClipboardItem({ 'text/plain': text, ...marks[process.platform] })
  await clipboard.write([item]).catch(() => clipboard.writeText(text))
}
