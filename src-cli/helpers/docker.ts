import { type Helper, type HelperCall, textOf } from './helper.ts'
import type { HelperVault } from './helper-vault.ts'

const NAME = 'docker-credential-latchkey'
const USAGE = `Usage: ${NAME} <store|get|erase|list|version>`

// Docker and its siblings compare these three texts.
const NOT_FOUND = 'credentials not found in native keychain'
const NO_SERVER = 'no credentials server URL'
const NO_USER = 'no credentials username'

const NOT_KEPT =
  'Latchkey takes in no login of docker. Sign in to this registry with Latchkey, or keep its token with “latchkey key save”.'
const NOT_READ = 'The login could not be read.'

/** Docker Hub, under the name that containers/image and the presets have for it. */
const HUB = 'docker.io'
const HUB_NAMES = new Set([HUB, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])
/** Docker Hub, as docker asks for it. */
const HUB_URL = 'https://index.docker.io/v1/'

/**
 * What is printed, and the exit code. Docker reads errors on standard output, too. `told`: a sentence for the person, who
 * does not see that output where docker goes on without a login.
 */
type Answer = { readonly out: string; readonly code: 0 | 1; readonly told?: string }

/**
 * The credential helper of docker, podman, skopeo and their siblings (github.com/docker/docker-credential-helpers,
 * `credentials/credentials.go`). It only gives: a login that docker has made is not kept, and an erase ends no sign-in, but has the next login refreshed
 * (docs/adr/0021-dockers-helper-keeps-nothing.md).
 */
export const dockerHelper: Helper = async (call, vault) => {
  const { code, out, told } = await answerTo(call, vault)
  call.write(out)
  if (told !== undefined) call.writeError(`latchkey: ${told}\n`)
  return code
}

async function answerTo({ args, input, version }: HelperCall, vault: HelperVault): Promise<Answer> {
  const [action, ...others] = args
  if (action === undefined || others.length > 0) return failed(USAGE)
  switch (action) {
    case 'get':
      return await withServer(await textOf(input), (server) => get(server, vault))
    case 'store':
      return await store(await textOf(input), vault)
    case 'erase':
      return await withServer(await textOf(input), (server) => erase(server, vault))
    case 'list':
      return done(await listed(vault))
    case 'version':
    case '--version':
    case '-v':
      return done(`${NAME} (latchkey) ${version()}\n`)
    case '--help':
    case '-h':
      return done(`${USAGE}\n`)
    default:
      return failed(`${NAME}: unknown action`)
  }
}

const done = (out = ''): Answer => ({ out, code: 0 })
const failed = (text: string): Answer => ({ out: `${text}\n`, code: 1 })

async function withServer(text: string | null, task: (server: string) => Promise<Answer>): Promise<Answer> {
  const server = text?.trim() ?? ''
  return server === '' ? failed(NO_SERVER) : await task(server)
}

/** A registry that nothing is held for is asked without a login; every other refusal is quoted to the person. */
async function get(server: string, vault: HelperVault): Promise<Answer> {
  const answer = await vault.credential({ helper: 'docker', host: registryOf(server) })
  switch (answer.kind) {
    case 'given': {
      const { user, value } = answer.credential
      return done(`${JSON.stringify({ ServerURL: server, Username: user, Secret: value })}\n`)
    }
    case 'none':
      return failed(NOT_FOUND)
    case 'refused':
      return { ...failed(answer.sentence), told: answer.sentence }
  }
}

/**
 * Docker asks this only at a logout, and several times for each. It never says that a value was refused, but a person who
 * logs out and in again wants a new one.
 */
async function erase(server: string, vault: HelperVault): Promise<Answer> {
  await vault.suspect({ helper: 'docker', host: registryOf(server), value: null })
  return done()
}

/** `docker login` stores what it has just been given by `get`: that is in the vault already. */
async function store(text: string | null, vault: HelperVault): Promise<Answer> {
  const login = text === null ? null : loginOf(text)
  if (login === null) return failed(NOT_READ)
  if (login.server === '') return failed(NO_SERVER)
  if (login.user === '') return failed(NO_USER)
  const host = registryOf(login.server)
  const isKnown = (await vault.list('docker')).some((row) => registryOf(row.host) === host)
  const answer = isKnown ? await vault.credential({ helper: 'docker', host }) : null
  const isOurs = answer?.kind === 'given' && answer.credential.value === login.secret
  return isOurs ? done() : failed(NOT_KEPT)
}

function loginOf(
  text: string
): { readonly server: string; readonly user: string; readonly secret: string } | null {
  try {
    const { ServerURL, Username, Secret } = JSON.parse(text) as Readonly<Record<string, unknown>>
    const said = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
    return {
      server: said(ServerURL),
      user: said(Username),
      secret: typeof Secret === 'string' ? Secret : ''
    }
  } catch {
    return null // it is no JSON
  }
}

/** Docker gets each of these one by one afterwards, and a failing one ends its build: so none that two accounts fit. */
async function listed(vault: HelperVault): Promise<string> {
  const rows = await vault.list('docker')
  const single = rows.filter(({ host }) => rows.filter((row) => row.host === host).length === 1)
  const urls = single.map(({ host, user }) => [host === HUB ? HUB_URL : host, user])
  return `${JSON.stringify(Object.fromEntries(urls))}\n`
}

/**
 * The registry that a server URL means: `host` or `host:port` in lower case, `docker.io` for every name of Docker Hub.
 * Docker and its siblings write a registry with and without scheme and path.
 */
export function registryOf(server: string): string {
  const [host = ''] = server
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .split('/')
  return HUB_NAMES.has(host) ? HUB : host
}
