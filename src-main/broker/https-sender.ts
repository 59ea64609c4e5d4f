import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { type RequestOptions, request as httpsRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../core/secret.ts'
import { proxyFor, type ProxyRules } from '../core/use/proxy.ts'
import type { Header, SendAnswer, Sender, SendRequest } from '../core/use/use-ports.ts'
import { guardedLookup, requirePublicName } from './addresses.ts'
import { type Agents, closeAgents, IDLE_MS, newAgents, trustedContext } from './agents.ts'
import { type OwnParts, requestHeaders } from './credential-header.ts'
import { cleanBody, decodedBody } from './decoded-body.ts'
import { ProofNonces } from './dpop-proof.ts'
import { heldBody } from './held-body.ts'
import { encodingOf, headerPairs } from './raw-headers.ts'
import { needlesOf } from './scrub/needles.ts'
import { Scrubber } from './scrub/stream-scrubber.ts'
import { SecretWatch } from './secret-watch.ts'
import { accessEnded, sendFault, tooSlow } from './send-fault.ts'

/** Time limits in milliseconds. The first byte may take long: some services think before they answer. */
const CONNECT_MS = 15_000
const FIRST_BYTE_MS = 600_000
const MOST_HEADER_BYTES = 64 * 1024

/** Building a scrubber takes longer than a request, so that of the last secret is kept until the credential is cut. */
type KnownScrubber = { readonly secret: Secret; readonly user: string; readonly scrubber: Scrubber }

const NO_PROXY: ProxyRules = { proxy: null, noProxy: [] }

export type HttpsSenderOptions = {
  /** Further certificates of authorities in PEM, such as a company's, beside Node's own and the system's. */
  readonly ca?: readonly string[]
  /** How hosts of the internet are reached; absent: directly. */
  readonly proxy?: ProxyRules
  /** Replaces the resolver, for tests. */
  readonly lookup?: typeof guardedLookup
}

/**
 * Sends requests by `node:https`, which follows no redirect, reads no proxy variable and unpacks nothing. Each
 * credential has connections of its own. Every setting of TLS is named, because variables of the environment
 * change the defaults: NODE_TLS_REJECT_UNAUTHORIZED, NODE_EXTRA_CA_CERTS and SSL_CERT_FILE have no effect here.
 */
export class HttpsSender implements Sender {
  readonly #agents = new Map<string, Agents>()
  readonly #scrubbers = new Map<string, KnownScrubber>()
  readonly #nonces = new ProofNonces()
  readonly #running = new Map<string, Set<ClientRequest>>()
  readonly #lookup: typeof guardedLookup
  readonly #context: ReturnType<typeof trustedContext>
  readonly #proxy: ProxyRules

  constructor({ ca = [], proxy = NO_PROXY, lookup = guardedLookup }: HttpsSenderOptions = {}) {
    this.#lookup = lookup
    this.#proxy = proxy
    this.#context = trustedContext(ca)
  }

  async send(request: SendRequest): Promise<SendAnswer> {
    const key = request.credential?.key ?? ''
    const agents = this.#agentsOf(key)
    const body = request.body === null ? null : await heldBody(request.body, request.signal)
    let mayGiveNonce = body === null || body.length !== null
    for (let isFirst = true; ; isFirst = false) {
      // `cut` has replaced them while the body came in, or while the answer was awaited.
      if (this.#agentsOf(key) !== agents) throw accessEnded()
      const proof = this.#nonces.proofFor(request)
      const sent = this.#start(request, agents, { bodyLength: body?.length ?? null, proof })
      this.#note(key, sent)
      try {
        const head = headOf(sent)
        if (body === null) sent.end()
        // The answer may come before the whole body is sent. A body that breaks ends both.
        else body.writeTo(sent).catch((error: unknown) => void sent.destroy(sendFault(error)))
        const raw = await head
        if (this.#nonces.note(request, raw) && mayGiveNonce) {
          mayGiveNonce = false
          sent.destroy()
          continue
        }
        return this.#answer(sent, raw, request, proof)
      } catch (error) {
        sent.destroy()
        // The server closed a kept connection before it saw this request.
        const isUnseen =
          sent.reusedSocket && body === null && (request.method === 'GET' || request.method === 'HEAD')
        if (isFirst && isUnseen && !request.signal.aborted && !(error instanceof VaultError)) continue
        throw sendFault(error)
      }
    }
  }

  cut(credential: string): void {
    for (const request of this.#running.get(credential) ?? []) request.destroy(accessEnded())
    const agents = this.#agents.get(credential)
    this.#agents.delete(credential)
    this.#scrubbers.delete(credential)
    this.#nonces.forget(credential)
    if (agents !== undefined) closeAgents(agents)
  }

  /** Ends every connection. */
  close(): void {
    for (const key of [...this.#agents.keys(), ...this.#running.keys()]) this.cut(key)
  }

  #start(request: SendRequest, agents: Agents, own: OwnParts): ClientRequest {
    const { target, isLocal, method, signal } = request
    const isPlain = target.scheme === 'http'
    // Both are only for hosts that a person listed as local. `lookup` is not called for an address.
    if ((isPlain || target.isLiteral) && !isLocal) throw new VaultError('ORIGIN_NOT_ALLOWED')
    const options: RequestOptions = {
      host: target.host.replace(/^\[|\]$/g, ''),
      port: target.port,
      path: target.path + target.query,
      method,
      headers: requestHeaders(request, own),
      lookup: this.#lookup(isLocal),
      maxHeaderSize: MOST_HEADER_BYTES,
      signal: signal as AbortSignal
    }
    const sent = isPlain
      ? httpRequest({ ...options, agent: agents.http })
      : httpsRequest({ ...options, agent: this.#wayTo(request, agents), rejectUnauthorized: true })
    sent.setTimeout(FIRST_BYTE_MS, () => sent.destroy(tooSlow()))
    limitConnect(sent)
    return sent
  }

  /** A host that is listed as local is reached directly. A proxy asks a name server of its own, so the name is judged. */
  #wayTo({ target: { host }, isLocal }: SendRequest, { https, tunnel }: Agents): Agents['https'] {
    if (tunnel === null || isLocal || proxyFor(this.#proxy, host) === null) return https
    requirePublicName(host)
    return tunnel
  }

  #agentsOf(key: string): Agents {
    const known = this.#agents.get(key)
    if (known !== undefined) return known
    const agents = newAgents(this.#context, this.#proxy.proxy)
    this.#agents.set(key, agents)
    return agents
  }

  #scrubberOf({ credential }: SendRequest, proof: Secret | null): Scrubber | null {
    if (credential === null) return null
    const { key, secret, scheme } = credential
    const user = scheme.kind === 'basic' ? scheme.user : ''
    if (proof !== null) return new Scrubber(needlesOf([secret, proof], [user]))
    const known = this.#scrubbers.get(key)
    if (known !== undefined && known.user === user && known.secret.equals(secret)) return known.scrubber
    const scrubber = new Scrubber(needlesOf([secret], [user]))
    this.#scrubbers.set(key, { secret, user, scrubber })
    return scrubber
  }

  #note(key: string, request: ClientRequest): void {
    const running = this.#running.get(key) ?? new Set()
    this.#running.set(key, running.add(request))
    request.once('close', () => {
      running.delete(request)
      if (running.size === 0 && this.#running.get(key) === running) this.#running.delete(key)
    })
  }

  #answer(sent: ClientRequest, raw: IncomingMessage, request: SendRequest, proof: Secret | null): SendAnswer {
    sent.setTimeout(IDLE_MS)
    const scrubber = this.#scrubberOf(request, proof)
    const watch = new SecretWatch()
    const counts = { head: 0, body: (): number => 0 }
    let cause: unknown = null
    sent.on('error', (error) => (cause ??= error))
    const clean = (text: string): string => {
      const found = scrubber?.text(text) ?? { text, removed: 0 }
      counts.head += found.removed
      return found.text
    }
    const status = raw.statusCode ?? 0
    const plain = decodedBody(raw, encodingOf(raw, request.method))
    return {
      status,
      statusText: clean(raw.statusMessage ?? ''),
      headers: headerPairs(raw.rawHeaders).map(([name, value]): Header => [clean(name), clean(value)]),
      body: cleanBody(plain, {
        scrubber,
        onStream: (removed) => (counts.body = removed),
        onClean: (piece) => watch.push(piece),
        causeOf: (error) => cause ?? error
      }),
      removed: () => counts.head + counts.body(),
      showsSecret: () => watch.hasFound,
      discard: () => void sent.destroy()
    }
  }
}

function headOf(sent: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  let isAnswered = false
  sent.once('response', (answer) => {
    isAnswered = true
    resolve(answer)
  })
  // While a way through a proxy is opened, Node itself tells of the end of a request only afterwards.
  const destroy = sent.destroy.bind(sent)
  sent.destroy = (error) => {
    if (error !== undefined) reject(error)
    return destroy(error)
  }
  // It stays: a connection that breaks after the head is an error of the request, too, and would end the process.
  sent.on('error', reject)
  // A server that changes the protocol ends the request without an answer and without an error.
  sent.once('close', () => {
    if (!isAnswered) reject(new VaultError('PROVIDER_REFUSED'))
  })
  return promise
}

function limitConnect(sent: ClientRequest): void {
  const timer = setTimeout(() => sent.destroy(tooSlow()), CONNECT_MS)
  const stop = (): void => clearTimeout(timer)
  sent.once('socket', (socket) => {
    const isReady = socket instanceof TLSSocket ? socket.authorized : !socket.connecting
    if (isReady) return stop()
    socket.once(sent.protocol === 'https:' ? 'secureConnect' : 'connect', stop)
  })
  sent.once('close', stop)
}
