import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SecretForm, secretForms } from '../../support/canary-forms.ts'
import { createScanner, type Found } from '../../support/canary-scan.ts'
import type { CliEnd } from '../../support/run-cli.ts'
import { recordSocket, shownProcesses, type SocketRecorder } from '../../support/socket-recorder.ts'
import { bodyOf, type Handler, UseWorld } from '../../support/use-world.ts'

const KEY = `sk_test_${randomBytes(24).toString('hex')}`
const OPENAI = `sk-proj-${randomBytes(24).toString('base64url')}`
const ANTHROPIC = `sk-ant-api03-${randomBytes(24).toString('hex')}`
const PASSPHRASE = `four words ${randomBytes(24).toString('hex')}`
const scanPassphrase = createScanner([{ kind: 'passphrase', value: PASSPHRASE }])
const scan = createScanner([
  { kind: 'api-key', value: KEY },
  { kind: 'api-key', value: OPENAI },
  { kind: 'api-key', value: ANTHROPIC }
])
/** What an answer is cleaned of. Half a value, and other transformations, pass, as the page says. */
const cleaned = (value: string): readonly SecretForm[] =>
  secretForms(value).filter(({ name }) => !/half|UTF-16/.test(name))

let world: UseWorld
/** What went over the socket since the test began. */
let recorder: SocketRecorder
/** What the system shows of every process of the home while the server of the test has a request. */
let processes: string[] = []

beforeAll(async () => {
  const keys = { STRIPE_API_KEY: KEY, OPENAI_API_KEY: OPENAI }
  world = await UseWorld.start({ keys, services: ['stripe', 'openai'] })
  await world.allow('stripe', ['GET', 'POST'])
  await world.allowHandOut('relay', 'openai', world.host)
  recorder = await recordSocket(world.home)
})
afterAll(async () => {
  await world.end()
  recorder.close()
})
beforeEach(() => {
  recorder.begin()
  processes = []
})

/** Answers with every form of the key: in the status text, in headers and in the body. */
function echoing(value: string): Handler {
  return (_request, response) => {
    processes.push(...shownProcesses(world.home))
    const forms = cleaned(value).map(({ bytes }) => bytes.toString('latin1'))
    const headers = forms.flatMap((form, at) => [`x-echo-${String(at)}`, `<${form}>`])
    response.writeHead(200, `it was ${value}`, headers)
    for (const form of forms) for (const half of [form.slice(0, 9), form.slice(9)]) response.write(half)
    response.end()
  }
}

const request = (path: string, ...args: readonly string[]): readonly string[] => [
  'request',
  'stripe',
  world.origin + path,
  ...args
]

function foundIn(...ends: readonly CliEnd[]): readonly Found[] {
  return ends.flatMap(({ out, errors }) => [...scan(out), ...scan(errors)])
}

const foundInFrames = (): readonly Found[] => recorder.said().flatMap((bytes) => [...scan(bytes)])

/** The files of the home, apart from those that hold the store. */
function foundInFiles(): readonly (Found & { readonly file: string })[] {
  const names = readdirSync(world.home).filter((name) => /\.(?:db|db-wal|db-shm|yaml|key)$/.test(name))
  expect(names).toEqual(expect.arrayContaining(['audit.db', 'audit.db-wal', 'catalog.db', 'policy.yaml']))
  return names.flatMap((name) =>
    scan(readFileSync(join(world.home, name))).map((found) => ({ ...found, file: name }))
  )
}

describe('the key', () => {
  it('is in no answer to a request, whatever the server says back, in no frame and in no process', async () => {
    world.handle = echoing(KEY)
    const end = await world.latchkey(request('/v1/echo', '--include'))
    expect([end.code, end.errors]).toEqual([0, ''])
    expect(end.out).toContain('HTTP 200 it was [redacted]\n')
    expect(end.out.split('[redacted]').length).toBeGreaterThan(cleaned(KEY).length)
    expect(foundIn(end)).toEqual([])
    expect(foundInFrames()).toEqual([])
    expect(recorder.said().some((said) => said.includes('[redacted]'))).toBe(true)
    expect(processes.filter((shown) => shown.includes('\0serve\0'))).toHaveLength(1)
    expect(processes.filter((shown) => shown.includes('/v1/echo'))).toHaveLength(1)
    expect(scan(processes.join('\n'))).toEqual([])
  })

  it.each([
    [
      'an answer that breaks off',
      69,
      (_request, response) => {
        response.writeHead(200, { 'content-length': '9999' })
        response.write(KEY, () => response.destroy())
      }
    ],
    [
      'an answer that is no HTTP',
      69,
      (incoming) => void incoming.socket.end(`HTTP/1.1 200 OK\r\n${KEY} ${KEY}\r\n\r\n`)
    ],
    [
      'an unknown encoding',
      70,
      (_request, response) => void response.writeHead(200, { 'content-encoding': KEY }).end(KEY)
    ],
    [
      'an answer that is not what its encoding says',
      69,
      (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(KEY)
    ],
    [
      'a refusal',
      1,
      (_request, response) => void response.writeHead(401, KEY, { 'www-authenticate': KEY }).end(KEY)
    ],
    [
      'a redirect',
      0,
      (_request, response) => void response.writeHead(302, { location: `/x?key=${KEY}` }).end()
    ]
  ] satisfies readonly (readonly [string, number, Handler])[])(
    'is not told by %s',
    async (_name, code, handler) => {
      world.handle = handler
      const end = await world.latchkey(request('/v1/fault', '--include'))
      expect([end.code, foundIn(end), foundInFrames()]).toEqual([code, [], []])
      expect(world.seen.at(-1)?.headers['authorization']).toBe(`Bearer ${KEY}`)
    }
  )

  it('is in nothing that a relay answers, nor in the program that uses it, nor in its environment', async () => {
    world.handle = echoing(OPENAI)
    const child = `const url = process.env.LATCHKEY_URL_OPENAI
      const answer = await fetch(url + '/v1/echo', { method: 'POST', body: 'x' })
      console.log(answer.status, answer.statusText, JSON.stringify([...answer.headers]), await answer.text())`
    const args = ['run', '--use', 'openai', '--host', world.host, '--no-prompt', '--', process.execPath]
    const end = await world.latchkey([...args, '--input-type=module', '-e', child])
    expect([end.code, end.errors]).toEqual([0, ''])
    expect(end.out).toContain('200 it was [redacted]')
    expect(processes.filter((shown) => shown.includes('"OPENAI_API_KEY":"sk-0123'))).toHaveLength(1)
    expect(scan(processes.join('\n'))).toEqual([])
    expect([foundIn(end), foundInFrames()]).toEqual([[], []])
  })

  it('is not in the raw bytes of a relay either, also where the server breaks off', async () => {
    const running = world.spawnLatchkey(['relay', 'openai', '--host', world.host, '--no-prompt'])
    await running.says('open until you press Ctrl-C')
    const url = running.out.trim()
    const raw = async (): Promise<string> => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      let said = ''
      socket.on('data', (bytes: Buffer) => (said += bytes.toString('latin1'))).on('error', () => undefined)
      socket.write(
        `GET ${new URL(url).pathname}/v1/x HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`
      )
      await once(socket, 'close')
      return said
    }
    world.handle = echoing(OPENAI)
    const whole = await raw()
    world.handle = (_request, response) => {
      response.writeHead(200, { 'content-length': '9999' })
      response.write(OPENAI, () => response.destroy())
    }
    const broken = await raw()
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    expect(whole).toMatch(/^HTTP\/1\.1 200 it was \[redacted\]\r\n/)
    expect(broken).toMatch(/^HTTP\/1\.1 200 /)
    expect(scan(whole + broken + running.out + running.errors)).toEqual([])
  })

  it('is in the result of no tool', async () => {
    const folder = join(world.home, 'tools')
    mkdirSync(folder)
    const config = { method: 'GET', url: `${world.origin}/tool` }
    const head = {
      executor_id: 'http_client',
      version: '1.0.0',
      auth_service: 'stripe',
      required_scope: 'any'
    }
    writeFileSync(join(folder, 'echo.json'), JSON.stringify({ tool_id: 'echo', ...head, config }))
    world.handle = echoing(KEY)
    await world.latchkey(['tool', folder, 'echo', '--no-prompt'])
    await world.answer('once')
    const end = await world.latchkey(['tool', folder, 'echo', '--no-prompt'])
    expect(end.code).toBe(0)
    expect(end.out).toContain('"x-echo-0": "<[redacted]>"')
    expect([foundIn(end), foundInFrames(), scan(processes.join('\n'))]).toEqual([[], [], []])
  })

  it('is in no frame when a file with it is read and when everything is exported, nor is the passphrase in an answer', async () => {
    const [file, sealed] = [join(world.home, 'more.env'), join(world.home, 'all.age')]
    writeFileSync(file, `ANTHROPIC_API_KEY=${ANTHROPIC}\n`)
    const dry = await world.latchkey(['import', file, '--dry-run', '--json', 'all'])
    const imported = await world.latchkey(['import', file, '--json', 'all'])
    const exported = await world.latchkey(['export', sealed], `${PASSPHRASE}\n`)
    const wrong = await world.latchkey(['import', sealed], `${PASSPHRASE}!\n`)
    const back = await world.latchkey(['import', sealed, '--json', 'all'], `${PASSPHRASE}\n`)
    const ends = [dry, imported, exported, wrong, back]
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 64, 0])
    expect(exported.out).toContain('3 exported')
    expect([foundIn(...ends), foundInFrames()]).toEqual([[], []])
    const said = ends.flatMap(({ out, errors }) => [out, errors])
    const places = [...said, ...recorder.answered().map(String), readFileSync(sealed, 'latin1')]
    expect(places.flatMap((place) => [...scanPassphrase(place)])).toEqual([])
    expect(scan(readFileSync(sealed))).toEqual([])
    // The search sees it where it has to be: on its way in.
    expect(recorder.said().flatMap((bytes) => [...scanPassphrase(bytes)])).not.toEqual([])
  })

  it('is in nothing that the other commands say, and in no file beside the store', async () => {
    const commands = [
      ['status', '--json', 'all'],
      ['show', 'stripe'],
      ['refresh', 'stripe'],
      ['token', KEY],
      ['approvals', '--json', 'all'],
      ['audit', '--json', 'all'],
      ['explain', '3', '--json', 'all'],
      ['audit', 'verify', '--json', 'all'],
      ['policy', '--json', 'all'],
      ['pair', '--list', '--json', 'all'],
      ['request', 'stripe', 'https://evil.example/', '--no-prompt'],
      ['request', 'stripe', `https://${KEY}@${world.host}/`],
      ['request', 'stripe', world.origin, '--header', `Authorization: Bearer ${KEY}`],
      ['request', 'stripe', world.origin, `--${KEY}`],
      [KEY]
    ]
    for (const args of commands) {
      const end = await world.latchkey(args)
      expect([args[0], foundIn(end)]).toEqual([args[0], []])
      expect(end.out + end.errors).not.toBe('')
    }
    expect(foundInFiles()).toEqual([])
  })
})

describe('each channel that was searched', () => {
  it('shows a value that is there: the frames and the environment, by “run --reveal”', async () => {
    await world.allowHandOut('reveal', 'stripe')
    recorder.begin()
    const child = `console.log(Buffer.from(process.env.MY_KEY, 'utf16le').toString()); fetch('http://127.0.0.1:' + process.argv[1])`
    const asked = Promise.withResolvers<readonly string[]>()
    const local = createServer((socket) => {
      asked.resolve(shownProcesses(world.home))
      socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    }).listen(0, '127.0.0.1')
    await once(local, 'listening')
    const { port } = local.address() as { readonly port: number }
    const args = [
      'run',
      '--reveal',
      'MY_KEY=stripe',
      '--no-prompt',
      '--',
      process.execPath,
      '-e',
      child,
      String(port)
    ]
    const running = world.spawnLatchkey(args)
    const shown = await asked.promise
    expect(await running.ended).toBe(0)
    local.close()
    expect(foundInFrames()).toContainEqual(expect.objectContaining({ form: 'plain' }))
    expect(shown.filter((each) => scan(each).length > 0)).toHaveLength(1)
  })

  it('shows a value that is there: the frames, by the text of “import -”', async () => {
    const { code, out } = await world.latchkey(['import', '-'], `ANTHROPIC_API_KEY=${ANTHROPIC}\n`)
    expect([code, scan(out)]).toEqual([0, []])
    expect(foundInFrames()).toContainEqual(expect.objectContaining({ form: 'plain' }))
    expect(recorder.answered().flatMap((bytes) => [...scan(bytes)])).toEqual([])
  })

  it('shows a value that is there: the output, the arguments and a relay’s answer, by a form that passes', async () => {
    const utf16 = Buffer.from(OPENAI, 'utf16le')
    world.handle = (_request, response) => {
      processes.push(...shownProcesses(world.home))
      response.end(utf16)
    }
    const running = world.spawnLatchkey(['relay', 'openai', '--host', world.host, '--no-prompt'])
    await running.says('open until you press Ctrl-C')
    const sent = httpRequest(`${running.out.trim()}/v1/x`, { agent: false }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const body = await bodyOf(response)
    running.child.kill('SIGINT')
    await running.ended
    expect(scan(body)).toMatchObject([{ form: 'UTF-16 LE' }])
    world.handle = (_request, answer) => {
      processes.push(...shownProcesses(world.home))
      answer.end(Buffer.from(KEY, 'utf16le'))
    }
    const end = await world.latchkey(request('/v1/x', '--header', `X-Mine: ${KEY}`))
    expect(foundIn(end)).toMatchObject([{ form: 'UTF-16 LE' }])
    expect(scan(processes.join('\n')).map(({ form }) => form)).toContain('plain')
  })

  it('shows a value that is there: the log, the catalog and the policy', async () => {
    await world.latchkey(request(`/v1/${KEY}`, '--method', 'DELETE', '--no-prompt'))
    await world.answer('always')
    await world.latchkey(request(`/v1/${KEY}`, '--method', 'DELETE', '--no-prompt'))
    appendFileSync(join(world.home, 'policy.yaml'), `# ${KEY}\n`)
    const files = new Set(foundInFiles().map(({ file }) => file.replace(/-wal$/, '')))
    expect([...files].toSorted()).toEqual(['audit.db', 'catalog.db', 'policy.yaml'])
    expect(existsSync(join(world.home, 'audit.db-wal'))).toBe(true)
  })
})
