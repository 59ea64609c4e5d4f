import type { UseAnswer, UseRequest } from '#shared/broker/use.ts'
import { repeatOf, saidLost } from '../src-cli/client/lost-request.ts'
import type { VaultConnection } from '../src-socket/vault-connection.ts'
import { approvalRequired, errorFor } from './errors.ts'
import type { RequestOptions } from './face.ts'

/** Statuses of answers that have no body (Fetch, section 2.2.3). */
const BODILESS = new Set([101, 103, 204, 205, 304])

/** Where a request comes from and what it says. */
export type Sending = {
  readonly service: string
  readonly url: string
  readonly options: RequestOptions
  /** Part of the request that names the run of this process, and where it runs. */
  readonly own: Pick<UseRequest, 'run' | 'from'>
}

/**
 * Sends one request over a connection of its own, which is closed when the answer was read, was given up, or when
 * `signal` is aborted. Rejects with VaultRefusal, ApprovalRequired, and the reason of the signal.
 */
export async function send(
  open: () => Promise<VaultConnection>,
  { service, url, options, own }: Sending
): Promise<Response> {
  const { account, scope, reason, waits, ...init } = options
  const { method, headers, body } = new Request(url, { ...init, ...(init.body && { duplex: 'half' }) })
  // The signal of the request itself no longer follows this one when the request was collected as garbage.
  const { signal } = init
  signal?.throwIfAborted()
  const wish: UseRequest = {
    service,
    account: account ?? null,
    method,
    url,
    headers: [...headers],
    hasBody: body !== null,
    scope: scope ?? null,
    reason: reason ?? null,
    waits: waits ?? true,
    ...own
  }
  const repeat = repeatOf(method)
  const vault = await open()
  const end = (): void => vault.destroy()
  signal?.addEventListener('abort', end, { once: true })
  try {
    const answer = await vault.stream('use', [wish], body === null ? {} : { body })
    const value = answer.value as UseAnswer
    if (value.kind === 'question') throw approvalRequired()
    const bytes = bytesOf(answer.body, {
      fault: (error) =>
        signal?.reason ?? errorFor(saidLost(error, repeat), { service, scope: scope ?? null }),
      done: () => {
        signal?.removeEventListener('abort', end)
        vault.close()
      }
    })
    return await responseOf(value, bytes, url)
  } catch (error) {
    end()
    signal?.throwIfAborted()
    throw saidLost(error, repeat)
  }
}

type BodyEnd = {
  /** The error for the reader, of one that cut the body off. */
  readonly fault: (error: unknown) => unknown
  readonly done: () => void
}

async function* bytesOf(
  body: AsyncIterable<Uint8Array> | null,
  { fault, done }: BodyEnd
): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? []
  } catch (error) {
    throw fault(error)
  } finally {
    done()
  }
}

async function responseOf(
  { status, statusText, headers }: Extract<UseAnswer, { kind: 'answer' }>,
  bytes: AsyncGenerator<Uint8Array>,
  url: string
): Promise<Response> {
  const hasBody = !BODILESS.has(status)
  if (!hasBody) for await (const _ of bytes); // its connection is closed at its end
  const response = new Response(hasBody ? ReadableStream.from(bytes) : null, {
    status,
    statusText,
    headers: headers.map(([name, value]): [string, string] => [name, value])
  })
  // A response that is made has no address.
  return Object.defineProperty(response, 'url', { value: url })
}
