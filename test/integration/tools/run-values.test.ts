import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startConnectProxy } from '../../support/connect-proxy.ts'
import { UseWorld } from '../../support/use-world.ts'
import { authority, startUpstream } from '../broker/sender-world.ts'

const NPM = 'npm_7dcQx8Rw24eC39HqLyjWDarjtT1zdp7dcQx8'
const GITHUB = 'ghp_4eC39HqLyjWDarjtT1zdp7dcQx8Rw24eC39H'

let world: UseWorld
let home: string
beforeAll(async () => {
  world = await UseWorld.start({ keys: { NPM_TOKEN: NPM, GITHUB_TOKEN: GITHUB }, services: [] })
  home = mkdtempSync(join(tmpdir(), 'latchkey-tools-'))
  await world.allowHandOut('reveal', 'npm')
  await world.allowHandOut('reveal', 'github-token')
})
afterAll(async () => {
  await world.end()
  rmSync(home, { recursive: true })
})

/** Answers with JSON if the value came as it should, else with 401. */
function answering(authorization: string, body: unknown) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const isRight = request.headers.authorization === authorization
    response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isRight ? body : { message: 'Bad credentials' }))
  }
}

/** Runs a program under `latchkey run` in a home of its own, and returns how it ended. */
async function run(reveal: readonly string[], program: readonly string[], env: Record<string, string> = {}) {
  const running = world.spawnLatchkey(['run', '--reveal', ...reveal, '--no-prompt', '--', ...program], {
    HOME: home,
    ...env
  })
  const code = await running.ended
  expect(running.out + running.errors).not.toContain(NPM)
  expect(running.out + running.errors).not.toContain(GITHUB)
  return { code, out: running.out, errors: running.errors }
}

it('npm signs in with NPM_TOKEN, which .npmrc only names', async () => {
  world.handle = answering(`Bearer ${NPM}`, { username: 'acme' })
  const config = join(home, '.npmrc')
  writeFileSync(config, `registry=${world.origin}/\n//${world.host}/:_authToken=\${NPM_TOKEN}\n`)
  const folders = ['--userconfig', config, '--cache', join(home, 'npm-cache')]
  // A person’s own file of authorities would come first.
  const network = ['--cafile', join(world.home, 'ca.pem'), '--fetch-retries', '0', '--no-update-notifier']
  const ended = await run(['NPM_TOKEN=npm'], ['npm', 'whoami', ...folders, ...network])
  expect(ended).toMatchObject({ code: 0, out: 'acme\n' })
})

it('gh signs in with GH_TOKEN', async () => {
  const pair = authority.issue({ name: 'api.github.com' })
  const github = await startUpstream(answering(`token ${GITHUB}`, { login: 'acme' }), pair)
  const proxy = await startConnectProxy({ hosts: { 'api.github.com': github.port } })
  try {
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      SSL_CERT_FILE: join(world.home, 'ca.pem'),
      GH_CONFIG_DIR: join(home, 'gh'),
      GH_NO_UPDATE_NOTIFIER: '1'
    }
    const ended = await run(['GH_TOKEN=github-token'], ['gh', 'api', 'user', '--jq', '.login'], env)
    expect(ended).toMatchObject({ code: 0, out: 'acme\n' })
    expect(proxy.asked()).toEqual(['api.github.com:443'])
  } finally {
    proxy.close()
    github.close()
  }
})

it('composer signs in with COMPOSER_AUTH, for the host that --host names', async () => {
  const library = { name: 'acme/lib', version: '1.0.0', description: 'a library of acme' }
  world.handle = answering(`Bearer ${NPM}`, { packages: { 'acme/lib': { '1.0.0': library } } })
  const repositories = [{ type: 'composer', url: world.origin }, { 'packagist.org': false }]
  writeFileSync(
    join(home, 'composer.json'),
    JSON.stringify({ repositories, config: { cafile: join(world.home, 'ca.pem') } })
  )
  const composer = ['composer', 'show', '--available', 'acme/lib', '--no-interaction', '-d', home]
  const env = { COMPOSER_HOME: join(home, 'composer'), COMPOSER_ALLOW_SUPERUSER: '1' }
  const ended = await run(['COMPOSER_AUTH=npm', '--host', world.host], composer, env)
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.out).toContain('a library of acme')
})
