// `protocol.handle` and `webRequest.onBeforeRequest` of one session.
import { HostValue } from './base.ts'
import { type Privileges, schemes } from './schemes.ts'

export type ProtocolHandler = (request: Request) => Response | Promise<Response>
type SchemeOptions = { scheme: string; privileges?: Privileges }

export class Protocol extends HostValue {
  readonly #handlers = new Map<string, ProtocolHandler>()
  registerSchemesAsPrivileged(list: SchemeOptions[]): void {
    for (const { scheme, privileges = {} } of list) schemes.add(scheme, privileges)
  }
  /** Throws for an unregistered scheme: its pages would have no origin, and the host has no such page. */
  handle(scheme: string, handler: ProtocolHandler): void {
    if (!schemes.isMapped(scheme)) throw new Error(`electron host: ${scheme} is not a registered scheme`)
    this.#handlers.set(scheme, handler)
  }
  unhandle(scheme: string): void {
    this.#handlers.delete(scheme)
  }
  isProtocolHandled(scheme: string): boolean {
    return this.#handlers.has(scheme)
  }
  /** For the host: returns the app's handler for this URL, if there is one. */
  handlerFor(url: string): ProtocolHandler | undefined {
    return this.#handlers.get(schemes.schemeOf(url))
  }
}

type RequestDetails = { url: string; [more: string]: unknown }
type RequestAnswer = { cancel?: boolean; redirectURL?: string }
type RequestListener = (details: RequestDetails, callback: (response: RequestAnswer) => void) => void
type Filter = { urls: string[] }

function toPattern(url: string): RegExp {
  if (url === '<all_urls>') return /^/
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${escaped.replace(/^\.\*:/, '[a-z]+:')}$`)
}

export class WebRequest extends HostValue {
  #listener: RequestListener | null = null
  #patterns: RegExp[] = []
  onBeforeRequest(...args: [Filter, RequestListener | null] | [RequestListener | null]): void {
    this.#listener = args.at(-1) as RequestListener | null
    this.#patterns = (args.length === 2 ? args[0].urls : ['<all_urls>']).map(toPattern)
  }
  /** For the host: returns the app's answer about a request. */
  async ask(details: RequestDetails): Promise<RequestAnswer> {
    const listener = this.#listener
    if (!listener || !this.#patterns.some((pattern) => pattern.test(details.url))) return {}
    return new Promise((resolve) => listener(details, resolve))
  }
}
