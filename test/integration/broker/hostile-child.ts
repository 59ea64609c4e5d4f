// A process that sends the requests of hostile-environment.test.ts: `node hostile-child.ts JSON`. It prints a list:
// the code of the problem or the status for each request, and what Node's own clients do in the same environment.
import { get } from 'node:https'
import { toProblem } from '#shared/problem.ts'
import { guardedLookup, type Resolver } from '../../../src-main/broker/addresses.ts'
import { networkFetch } from '../../../src-main/broker/network-fetch.ts'
import { sendFault } from '../../../src-main/broker/send-fault.ts'
import { HttpsSender } from '../../../src-main/broker/https-sender.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** What the test asks for. */
export type HostileWish = {
  /** Certificate of the authority that the sender trusts, in PEM. */
  readonly ca: string
  readonly host: string
  readonly requests: readonly {
    readonly port: number
    readonly addresses: readonly string[]
    readonly isLocal: boolean
  }[]
  /** Ports of servers that providers of the vault stand for, and of the proxy that a person set for them. */
  readonly providers: readonly number[]
  readonly way: number
  /** Port of a server that Node's own client is sent to. */
  readonly control: number
}

/** What came of it; `results` are in the order of the requests. */
export type HostileAnswer = {
  readonly results: readonly (string | number)[]
  /** In the order of the providers. */
  readonly answers: readonly (string | number)[]
  readonly nodeTrustsAnyone: boolean
  readonly fetchFailed: boolean
}

const { ca, host, requests, providers, way, control } = JSON.parse(process.argv[2] ?? '') as HostileWish

let resolved: readonly string[] = []
const resolver: Resolver = (_name, _options, callback) => {
  process.nextTick(
    callback,
    null,
    resolved.map((address) => ({ address, family: 4 }))
  )
}
const sender = new HttpsSender({ ca: [ca], lookup: (mayBeLocal) => guardedLookup(mayBeLocal, resolver) })

async function resultOf({ port, addresses, isLocal }: HostileWish['requests'][number]) {
  resolved = addresses
  try {
    const answer = await sender.send({
      target: { scheme: 'https', host, isLiteral: false, port, path: '/', query: '' },
      isLocal,
      method: 'GET',
      headers: [],
      body: null,
      credential: { key: 'one', secret: new Secret('lk-canary-in-the-child'), scheme: { kind: 'bearer' } },
      signal: new AbortController().signal
    })
    let length = 0
    for await (const piece of answer.body) length += piece.length
    return length === 0 ? answer.status : `${String(answer.status)} with ${String(length)} bytes`
  } catch (error) {
    return toProblem(error).code
  } finally {
    sender.cut('one')
  }
}

const proxy = { scheme: 'http', host: '127.0.0.1', port: way } as const
const ask = networkFetch(async () => ({ ca: [ca], proxy, noProxy: [] }))

async function answerOf(port: number): Promise<string | number> {
  try {
    const answered = await ask(`https://${host}:${String(port)}/`)
    await answered.text()
    return answered.status
  } catch (error) {
    return sendFault(error instanceof TypeError ? error.cause : error).code
  }
}

/** True if a request with Node's defaults reaches a server whose certificate nobody has signed. */
async function nodeTrustsAnyone(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  get({ host: '127.0.0.1', port: control, agent: false }, (response) => {
    response.resume()
    resolve(true)
  }).on('error', () => resolve(false))
  return await promise
}

const results: (string | number)[] = []
for (const request of requests) results.push(await resultOf(request))
const answers: (string | number)[] = []
for (const port of providers) answers.push(await answerOf(port))
const trusts = await nodeTrustsAnyone()
const fetchFailed = await fetch(`https://127.0.0.1:${String(control)}/`).then(
  () => false,
  () => true
)
const answer: HostileAnswer = { results, answers, nodeTrustsAnyone: trusts, fetchFailed }
process.stdout.write(JSON.stringify(answer))
