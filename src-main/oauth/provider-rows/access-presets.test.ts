import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { hostName } from '#shared/credential.ts'
import { targetOf } from '../../broker/parse-target.ts'
import type { AccessPreset } from '../../core/use/access-preset.ts'
import { decideAccess } from '../../core/use/access-rules.ts'
import { checkHeaders } from '../../core/use/request-headers.ts'
import { keyCheckRows } from '../providers/key-checks.ts'
import { apiKeyRows, builtInProviders } from '../providers/providers.ts'
import { accessPresets } from './access-presets.ts'

const services = accessPresets.map(({ service }) => service)
const keyRowOf = ({ service }: AccessPreset) => apiKeyRows.find(({ id }) => id === service)

function presetOf(service: string): AccessPreset {
  const found = accessPresets.find((preset) => preset.service === service)
  if (found === undefined) throw new Error('The service has no preset')
  return found
}

/** What the preset alone decides. `request`: method and address, separated by a space. */
function decide(service: string, request: string): string {
  const [method = '', url = ''] = request.split(' ')
  const read = targetOf(url)
  if (read.kind === 'fault') return read.fault
  const { encodedSlash, hosts, rules } = presetOf(service)
  // The registry of npm is the person's own choice.
  const chosen = hosts.length === 0 ? [read.target.host] : hosts
  const decision = decideAccess(
    {
      hosts: chosen,
      localHosts: [],
      readOnly: false,
      ...(encodedSlash && { encodedSlash }),
      rules,
      clientRules: []
    },
    method,
    read.target
  )
  return decision.kind === 'refused' ? decision.because : decision.kind
}

describe('the table of presets', () => {
  it('has one preset at most for a service, and each is a provider row', () => {
    const rows = builtInProviders.map(({ id }) => id)
    expect(new Set(services).size).toBe(services.length)
    expect(services.filter((service) => !rows.includes(service))).toEqual([])
  })

  it('has every provider row but the one whose projects have hosts of their own', () => {
    const missing = builtInProviders.filter(({ id }) => !services.includes(id))
    expect(missing.map(({ id }) => id)).toEqual(['supabase-auth'])
  })

  it.each(accessPresets)(
    '$service: hosts are host names, and a key goes to no host beyond its row',
    (preset) => {
      expect(preset.hosts.filter((host) => v.parse(hostName, host) !== host)).toEqual([])
      const row = keyRowOf(preset)
      if (row === undefined) expect(preset.hosts).not.toEqual([])
      else expect(row.allowedHosts).toEqual(expect.arrayContaining([...preset.hosts]))
    }
  )

  it('each host of a helper is a host name, and every kind of sign-in of a service has the same', () => {
    const hosts = accessPresets.flatMap(({ helpers }) =>
      Object.values(helpers).flatMap((facts) => facts.hosts)
    )
    expect(hosts).not.toEqual([])
    expect(hosts.filter((host) => v.parse(hostName, host) !== host)).toEqual([])
    for (const services of [
      ['github', 'github-app', 'github-token'],
      ['gitlab', 'gitlab-oauth']
    ]) {
      const [first, ...others] = services.map((service) => presetOf(service).helpers)
      expect(first).toHaveProperty('docker')
      for (const other of others) expect(other).toEqual(first)
    }
  })

  it.each(keyCheckRows)('$service: the key travels as in the check of the key, to the same host', (check) => {
    const { hosts, scheme } = presetOf(check.service)
    expect(hosts).toContain(new URL(check.url).host)
    expect(scheme).toEqual(
      check.scheme === 'bearer' ? { kind: 'bearer' } : { kind: 'header', name: check.scheme }
    )
  })

  it.each(accessPresets)(
    '$service: the header of the credential is one that the vault can set',
    ({ scheme }) => {
      expect(checkHeaders([], scheme.kind === 'header' ? scheme.name : null)).toMatchObject({
        kind: 'headers'
      })
    }
  )

  it.each(accessPresets)(
    '$service: rules only deny, on every host, at paths that begin with a slash',
    ({ rules }) => {
      for (const { effect, hosts, methods, path } of rules) {
        expect([effect, hosts]).toEqual(['deny', []])
        expect(path).toMatch(/^\/[^\s?#]+$/)
        if (methods !== 'any')
          expect(['GET', 'POST', 'PUT', 'PATCH']).toEqual(expect.arrayContaining([...methods]))
      }
    }
  )

  it.each(accessPresets)('$service: a source is named', ({ source }) => {
    expect(source.length).toBeGreaterThan(10)
  })
})

describe('the variables of a program', () => {
  const runs = accessPresets.flatMap((preset) =>
    preset.run === null ? [] : [{ ...preset, run: preset.run }]
  )

  it.each(runs)(
    '$service: each has a name of its own, and a base URL has a plain path or none',
    ({ run }) => {
      const names = [...run.baseUrl.map(({ name }) => name), ...run.key]
      expect(run.baseUrl).not.toEqual([])
      expect(run.key).not.toEqual([])
      expect(new Set(names).size).toBe(names.length)
      for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/)
      for (const { path } of run.baseUrl) expect(path).toMatch(/^(?:|\/|(?:\/[a-z0-9]+)+)$/)
    }
  )

  it.each(runs)(
    '$service: the dummy begins like a key of the row and is as long as one',
    ({ run, ...preset }) => {
      const { prefix, length } = run.dummy
      expect(length).toBeGreaterThanOrEqual(20)
      expect(length - prefix.length).toBeGreaterThanOrEqual(20)
      const row = keyRowOf({ ...preset, run })
      if (row !== undefined) expect(row.keyPrefixes).toContain(prefix)
    }
  )

  it.each(['openai', 'anthropic', 'github', 'github-token', 'gitlab', 'sentry', 'huggingface'])(
    '%s has some',
    (service) => {
      expect(presetOf(service).run).not.toBeNull()
    }
  )

  it.each(['stripe', 'slack', 'linear', 'notion', 'figma', 'sendgrid'])('%s has none', (service) => {
    expect(presetOf(service).run).toBeNull()
  })
})

describe('a request whose answer holds a new credential', () => {
  it.each([
    ['openai', 'POST https://api.openai.com/v1/organization/admin_api_keys'],
    ['openai', 'POST https://api.openai.com/v1/organization/projects/p/service_accounts'],
    ['openai', 'POST https://api.openai.com/v1/realtime/client_secrets'],
    ['anthropic', 'POST https://api.anthropic.com/v1/oauth/token'],
    ['anthropic', 'POST https://api.anthropic.com/v1/tunnels/t/rotate_token'],
    ['gemini', 'POST https://generativelanguage.googleapis.com/v1alpha/auth_tokens'],
    ['openrouter', 'POST https://openrouter.ai/api/v1/keys'],
    ['perplexity', 'POST https://api.perplexity.ai/generate_auth_token'],
    ['xai', 'POST https://api.x.ai/v1/realtime/client_secrets'],
    ['github', 'POST https://api.github.com/repos/o/r/actions/runners/registration-token'],
    ['github-app', 'POST https://api.github.com/app/installations/1/access_tokens'],
    ['github-token', 'POST https://api.github.com/user/keys'],
    ['github-token', 'GET https://api.github.com/copilot_internal/v2/token'],
    ['gitlab', 'POST https://gitlab.com/api/v4/user/personal_access_tokens'],
    ['gitlab', 'POST https://gitlab.com/api/v4/projects/1/access_tokens/2/rotate'],
    ['gitlab', 'POST https://gitlab.com/api/v4/projects/group%2Fproject/access_tokens'],
    ['gitlab', 'POST https://gitlab.com/api/v4/projects/1%2Faccess_tokens'],
    ['gitlab-oauth', 'POST https://gitlab.com/oauth/token'],
    ['gitlab-oauth', 'POST https://gitlab.com/oauth%2ftoken'],
    ['huggingface', 'GET https://huggingface.co/api/models/o/m/xet-write-token/main'],
    ['huggingface', 'GET https://huggingface.co/api/models/gpt2/xet-read-token/main'],
    ['sentry', 'POST https://sentry.io/api/0/organizations/o/org-auth-tokens/'],
    ['sentry-oauth', 'POST https://sentry.io/api/0/api-tokens/'],
    ['slack', 'GET https://slack.com/api/oauth.v2.access'],
    ['slack-oauth', 'POST https://slack.com/api/apps.manifest.create'],
    ['linear', 'POST https://api.linear.app/oauth/token'],
    ['notion', 'POST https://api.notion.com/v1/oauth/token'],
    ['figma', 'POST https://api.figma.com/v1/oauth/refresh'],
    ['google', 'POST https://www.googleapis.com/oauth2/v4/token'],
    ['google', 'POST https://gmail.googleapis.com/batch/gmail/v1'],
    ['microsoft', 'POST https://graph.microsoft.com/v1.0/$batch'],
    ['microsoft', 'POST https://graph.microsoft.com/v1.0/applications/1/addPassword'],
    ['microsoft', "POST https://graph.microsoft.com/v1.0/applications(appId='1')/addKey"],
    ['dropbox', 'POST https://api.dropboxapi.com/oauth2/token'],
    ['discord', 'POST https://discord.com/api/v10/channels/1/webhooks'],
    ['discord', 'POST https://discord.com/api/oauth2/token'],
    ['stripe', 'POST https://api.stripe.com/v1/ephemeral_keys'],
    ['npm', 'POST https://registry.npmjs.org/-/npm/v1/tokens'],
    ['npm', 'PUT https://npm.example.com/private/-/user/org.couchdb.user:me'],
    ['npm', 'PUT https://npm.example.com/-%2fuser%2forg.couchdb.user:me'],
    ['cloudflare', 'POST https://api.cloudflare.com/client/v4/user/tokens'],
    ['cloudflare', 'PUT https://api.cloudflare.com/client/v4/accounts/a/tokens/t/value'],
    ['cloudflare', 'GET https://api.cloudflare.com/client/v4/accounts/a/cfd_tunnel/t/token'],
    ['digitalocean', 'POST https://api.digitalocean.com/v2/spaces/keys'],
    ['digitalocean', 'GET https://api.digitalocean.com/v2/kubernetes/clusters/c/kubeconfig'],
    ['doppler', 'POST https://api.doppler.com/v3/configs/config/tokens'],
    ['neon', 'POST https://console.neon.tech/api/v2/api_keys'],
    ['neon', 'GET https://console.neon.tech/api/v2/projects/p/connection_uri'],
    ['netlify', 'POST https://api.netlify.com/api/v1/oauth/tickets/t/exchange'],
    ['resend', 'POST https://api.resend.com/api-keys'],
    ['sendgrid', 'POST https://api.eu.sendgrid.com/v3/api_keys'],
    ['supabase', 'GET https://api.supabase.com/v1/projects/p/api-keys'],
    ['supabase', 'POST https://api.supabase.com/v1/projects/p/cli/login-role'],
    ['crates-io', 'PUT https://crates.io/api/v1/me/tokens'],
    ['terraform', 'POST https://app.terraform.io/api/v2/organizations/o/authentication-token'],
    ['replicate', 'GET https://api.replicate.com/v1/webhooks/default/secret']
  ])('%s: %s is denied', (service, request) => {
    expect(decide(service, request)).toBe('denied')
  })
})

describe('a request of every day', () => {
  it.each(keyCheckRows)('$service: the check of a key is allowed', ({ service, method, url }) => {
    expect(decide(service, `${method} ${url}`)).toBe('allowed')
  })

  it.each([
    ['openai', 'POST https://api.openai.com/v1/responses'],
    ['anthropic', 'POST https://api.anthropic.com/v1/messages'],
    ['gemini', 'POST https://generativelanguage.googleapis.com/v1beta/models/m:generateContent'],
    ['openrouter', 'GET https://openrouter.ai/api/v1/keys'],
    ['github', 'POST https://api.github.com/repos/o/r/issues'],
    ['github-token', 'POST https://uploads.github.com/repos/o/r/releases/1/assets'],
    ['gitlab', 'POST https://gitlab.com/api/v4/projects/1/trigger/pipeline'],
    ['gitlab', 'GET https://gitlab.com/api/v4/personal_access_tokens/self'],
    ['gitlab', 'POST https://gitlab.com/api/v4/projects/group%2Fproject/issues'],
    ['gitlab-oauth', 'GET https://gitlab.com/api/v4/projects/1/repository/files/src%2Fa.ts'],
    ['huggingface', 'GET https://huggingface.co/api/models/o/m'],
    ['sentry', 'GET https://sentry.io/api/0/organizations/o/org-auth-tokens/'],
    ['slack', 'POST https://slack.com/api/chat.postMessage'],
    ['microsoft', 'GET https://graph.microsoft.com/v1.0/me/messages'],
    ['google', 'GET https://openidconnect.googleapis.com/v1/userinfo'],
    ['discord', 'GET https://discord.com/api/v10/users/@me'],
    ['atlassian', 'GET https://api.atlassian.com/oauth/token/accessible-resources'],
    ['spotify', 'GET https://api.spotify.com/v1/me'],
    ['dropbox', 'POST https://content.dropboxapi.com/2/files/upload'],
    ['stripe', 'POST https://api.stripe.com/v1/payment_intents'],
    ['npm', 'GET https://registry.npmjs.org/-/whoami'],
    ['npm', 'PUT https://registry.npmjs.org/@scope%2fname'],
    ['cloudflare', 'GET https://api.cloudflare.com/client/v4/user/tokens/verify'],
    ['digitalocean', 'GET https://api.digitalocean.com/v2/droplets'],
    ['doppler', 'GET https://api.doppler.com/v3/configs/config/secrets'],
    ['neon', 'GET https://console.neon.tech/api/v2/projects'],
    ['resend', 'POST https://api.resend.com/emails'],
    ['sendgrid', 'POST https://api.sendgrid.com/v3/mail/send'],
    ['supabase', 'GET https://api.supabase.com/v1/projects'],
    ['crates-io', 'PUT https://crates.io/api/v1/crates/new'],
    ['pypi', 'POST https://upload.pypi.org/legacy/'],
    ['terraform', 'GET https://app.terraform.io/api/v2/account/details']
  ])('%s: %s is allowed', (service, request) => {
    expect(decide(service, request)).toBe('allowed')
  })

  it('has no encoded slash where the service has no such names', () => {
    expect(decide('github', 'GET https://api.github.com/repos/o%2Fr')).toBe('encoded-slash')
    expect(services.filter((service) => presetOf(service).encodedSlash)).toEqual([
      'gitlab-oauth',
      'gitlab',
      'npm'
    ])
  })

  it('is refused at a host that takes the credential in another header', () => {
    expect(decide('github', 'GET https://github.com/o/r.git/info/refs')).toBe('host')
  })
})
