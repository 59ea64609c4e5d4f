// The permission handlers of a session, and the answers that Chromium gets from them.
import type { Json } from './cdp.ts'
import type { PermissionAnswer, PermissionQuestion } from './permission-shim.ts'
import { schemes } from './schemes.ts'

type Details = { isMainFrame: boolean; requestingUrl: string; [more: string]: unknown }
// oxlint-disable-next-line typescript/no-explicit-any -- a WebContents, which would import this file
type Contents = any
export type RequestHandler = (
  contents: Contents,
  permission: string,
  callback: (granted: boolean) => void,
  details: Details
) => void
export type CheckHandler = (
  contents: Contents,
  permission: string,
  requestingOrigin: string,
  details: Details
) => boolean
export type DeviceHandler = (details: Json) => boolean

/** Electron's names, each with the names of Chromium's protocol for the same. */
const CHROMIUM_NAMES: Record<string, { name: string; sysex?: boolean }[]> = {
  'clipboard-read': [{ name: 'clipboard-read' }],
  'clipboard-sanitized-write': [{ name: 'clipboard-write' }],
  geolocation: [{ name: 'geolocation' }],
  media: [{ name: 'camera' }, { name: 'microphone' }],
  midi: [{ name: 'midi' }],
  midiSysex: [{ name: 'midi', sysex: true }],
  notifications: [{ name: 'notifications' }]
}
/** Names of navigator.permissions.query that differ from Electron's. */
const QUERY_NAMES: Record<string, string> = {
  camera: 'media',
  microphone: 'media',
  'clipboard-write': 'clipboard-sanitized-write'
}

type Send = (method: string, params: object) => Promise<Json>

export class Permissions {
  /** As in Electron: without a handler everything is granted. */
  onRequest: RequestHandler | null = null
  onCheck: CheckHandler | null = null
  readonly #send: Send
  constructor(send: Send) {
    this.#send = send
  }

  /** Denies all permissions in Chromium, for pages that bypass the app. */
  async denyAll(): Promise<void> {
    const names = Object.values(CHROMIUM_NAMES).flat()
    await Promise.all(names.map((name) => this.#set(name, false)))
  }

  /** Lets the app answer a page's question, and Chromium enforce the answer. */
  async answer(contents: Contents, question: PermissionQuestion): Promise<PermissionAnswer> {
    const { id, kind, mediaTypes, isMainFrame } = question
    const name = QUERY_NAMES[question.name] ?? question.name
    const requestingUrl = schemes.fromChromium(question.url)
    const details = { isMainFrame, requestingUrl, ...(mediaTypes && { mediaTypes }) }
    const granted =
      kind === 'check' ? this.check(contents, name, details) : await this.request(contents, name, details)
    const { origin } = new URL(question.url)
    await Promise.all((CHROMIUM_NAMES[name] ?? []).map((item) => this.#set(item, granted, origin)))
    return { id, granted }
  }
  request(contents: Contents, permission: string, details: Details): Promise<boolean> {
    const handler = this.onRequest
    if (handler === null) return Promise.resolve(true)
    return new Promise((resolve) => handler(contents, permission, resolve, details))
  }
  check(contents: Contents, permission: string, details: Details): boolean {
    const { origin } = new URL(details.requestingUrl)
    return this.onCheck?.(contents, permission, `${origin}/`, details) ?? true
  }

  async #set(permission: object, granted: boolean, origin?: string): Promise<void> {
    const setting = granted ? 'granted' : 'denied'
    await this.#send('Browser.setPermission', { permission, setting, ...(origin && { origin }) })
  }
}
