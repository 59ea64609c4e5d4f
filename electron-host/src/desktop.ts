// Services of a desktop outside a page, without a desktop: dialogs, clipboard, theme, power, notifications.
import { announce } from './announce.ts'
import { guarded, HostObject, type Silent } from './base.ts'
import type { FileDialogOptions } from './portal-dialogs.ts'
import { systemTheme, type Theme } from './system-theme.ts'

type MessageBoxOptions = { message: string; buttons?: string[]; cancelId?: number; [noted: string]: unknown }
type DialogArguments<T> = [options: T] | [window: unknown, options: T]

/** `ELECTRON_HOST_DIALOGS=portal` gives the file dialogs of the desktop. */
const portal = process.env['ELECTRON_HOST_DIALOGS'] === 'portal' ? import('./portal-dialogs.ts') : null

async function files(method: 'OpenFile' | 'SaveFile', options: FileDialogOptions): Promise<string[]> {
  return portal === null ? [] : await (await portal).chooseFiles(method, options)
}

/** Every dialog is cancelled, because no person is there to answer it; a test sets its own answer. */
export const dialog = guarded('dialog', {
  showMessageBox: async (...args: DialogArguments<MessageBoxOptions>) => {
    const { cancelId = 0 } = args.at(-1) as MessageBoxOptions
    return { response: cancelId, checkboxChecked: false }
  },
  showErrorBox: (title: string, content: string): void => console.error(`${title}: ${content}`),
  showOpenDialog: async (...args: DialogArguments<FileDialogOptions>) => {
    const filePaths = await files('OpenFile', args.at(-1) as FileDialogOptions)
    return { canceled: filePaths.length === 0, filePaths }
  },
  showSaveDialog: async (...args: DialogArguments<FileDialogOptions>) => {
    const [filePath = ''] = await files('SaveFile', args.at(-1) as FileDialogOptions)
    return { canceled: filePath === '', filePath }
  }
})

type ClipboardContent = string | Blob

/** As in electron.d.ts: the values that are copied together, by type. A bookmark is not supported. */
export class ClipboardItem {
  readonly #contents: Readonly<Record<string, ClipboardContent>>
  constructor(contents: Readonly<Record<string, ClipboardContent>>) {
    this.#contents = contents
  }
  get types(): string[] {
    return Object.keys(this.#contents)
  }
  async getType(type: string): Promise<Blob> {
    const content = this.#contents[type]
    if (content === undefined) throw new Error(`The clipboard has no ${type}.`)
    return content instanceof Blob ? content : new Blob([content], { type })
  }
}

let clipboardItem: ClipboardItem | null = null
const TEXT = 'text/plain'
/** The host's own memory, not the system's clipboard. Asynchronous except `clear`, as in electron.d.ts. */
export const clipboard = guarded('clipboard', {
  readText: async (): Promise<string> =>
    clipboardItem?.types.includes(TEXT) ? await (await clipboardItem.getType(TEXT)).text() : '',
  writeText: async (text: string): Promise<void> =>
    void (clipboardItem = new ClipboardItem({ [TEXT]: text })),
  read: async (): Promise<ClipboardItem[]> => (clipboardItem === null ? [] : [clipboardItem]),
  write: async ([item]: ClipboardItem[]): Promise<void> => void (clipboardItem = item ?? null),
  clear: (): void => void (clipboardItem = null)
})

/** Opens nothing. */
export const shell = guarded('shell', {
  openExternal: async (_url: string): Promise<void> => undefined
})

class PowerMonitor extends HostObject<Silent<'lock-screen' | 'resume' | 'suspend' | 'unlock-screen'>> {
  /** In seconds. Somebody always types, until a test says otherwise. */
  getSystemIdleTime = (): number => 0
}
/** Silent until a test emits one of its events. */
export const powerMonitor = new PowerMonitor()

class NativeTheme extends HostObject<'updated'> {
  #source: 'system' | Theme = 'system'
  constructor() {
    super()
    systemTheme.on('changed', () => this.#update())
  }
  get themeSource(): 'system' | Theme {
    return this.#source
  }
  set themeSource(source: 'system' | Theme) {
    this.#source = source
    this.#update()
  }
  get shouldUseDarkColors(): boolean {
    return this.#shown === 'dark'
  }
  /** For the host: the theme that pages are told. */
  asMedia(): object {
    return { features: [{ name: 'prefers-color-scheme', value: this.#shown }] }
  }
  get #shown(): Theme {
    return this.#source === 'system' ? systemTheme.current : this.#source
  }
  #update(): void {
    setImmediate(() => announce(this, 'updated'))
  }
}
export const nativeTheme = new NativeTheme()

type NotificationOptions = { title?: string; body?: string; silent?: boolean; [noted: string]: unknown }

/** Not shown; a test emits `click`. */
export class Notification extends HostObject<'show' | 'close'> {
  static isSupported = (): boolean => true
  title: string
  body: string
  silent: boolean
  constructor({ title = '', body = '', silent = false }: NotificationOptions = {}) {
    super()
    this.title = title
    this.body = body
    this.silent = silent
  }
  show(): void {
    announce(this, 'show', {})
  }
  close(): void {
    announce(this, 'close', {})
  }
}
