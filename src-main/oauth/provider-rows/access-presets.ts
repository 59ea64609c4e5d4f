import type { AccessPreset } from '../../core/use/access-preset.ts'
import { type DeniedPaths, preset, variables } from './access-preset-base.ts'
import { developerPresets } from './access-presets-developer.ts'
import { modelPresets } from './access-presets-models.ts'
import { registryPresets } from './access-presets-registries.ts'

/**
 * `github.com` is for git alone, which sends the token there as the password of Basic. GH_TOKEN is left out, too,
 * because gh takes no base URL.
 */
const github = {
  hosts: ['api.github.com', 'uploads.github.com'],
  helpers: {
    docker: { hosts: ['ghcr.io'], user: null },
    git: { hosts: ['github.com', 'gist.github.com'], user: 'x-access-token' }
  },
  denied: {
    'POST PATCH': ['/applications/*/token/**'],
    POST: [
      '/app/installations/*/access_tokens',
      '/app-manifests/*/conversions',
      '/**/actions/runners/*-token',
      '/**/actions/runners/generate-jitconfig',
      '/repos/*/*/keys',
      '/user/keys',
      '/user/gpg_keys',
      '/user/ssh_signing_keys'
    ],
    any: ['/copilot_internal/v2/token']
  },
  source:
    'npm: @octokit/openapi-types 29.0.1, @octokit/action 8.0.4, @actions/github 9.1.1; gitleaks/gitleaks (length of a token); cli.github.com: gh environment (gh takes no base URL); public programs (Copilot); docs.github.com: Authenticating as a GitHub App installation (user name for git)'
}

/** Tokens of the same kinds are made for people, groups, projects and the whole server, so `**` is before them. */
const gitlabDenied: DeniedPaths = {
  POST: [
    '/api/v4/**/*_tokens/**',
    '/api/v4/**/keys',
    '/api/v4/**/deploy_keys/**',
    '/api/v4/**/applications/**',
    '/api/v4/**/triggers/**',
    '/api/v4/**/runners/**',
    '/api/v4/projects/*/cluster_agents/*/tokens',
    '/api/v4/code_suggestions/direct_access',
    '/oauth/**'
  ]
}
const gitlabHelpers = {
  docker: { hosts: ['registry.gitlab.com'], user: 'oauth2' },
  git: { hosts: ['gitlab.com'], user: 'oauth2' }
}
const gitlabBase = { GITLAB_URL: '', GITLAB_BASE_URL: '/api/v4' }
const gitlabSource =
  'docs.gitlab.com: REST API, OAuth 2.0 (user name for git); gitlabhq/gitlabhq: auth.rb (for the registry, too); python-gitlab/python-gitlab: cli.py, v4/objects; gitlabhq/terraform-provider-gitlab'

/** Xet tokens read or write a repository at another host, where the vault sees nothing. */
const huggingface = {
  hosts: ['huggingface.co'],
  helpers: { git: { hosts: ['huggingface.co'], user: 'hf_user' } },
  denied: { any: ['/api/**/xet-*-token/**', '/api/spaces/*/*/jwt'], POST: ['/oauth/**'] },
  run: variables({ HF_ENDPOINT: '' }, ['HF_TOKEN'], ['hf_', 37]),
  source:
    'huggingface/huggingface_hub: constants.py, hf_api.py, _oidc.py; npm: @huggingface/hub 2.17.5 (first letters); public programs (jwt); gitleaks/gitleaks (length of a token); huggingface_hub: utils/_git_credential.py (user name for git)'
}

const sentry = {
  hosts: ['sentry.io'],
  denied: {
    POST: [
      '/api/0/api-tokens',
      '/api/0/api-applications/**',
      '/api/0/organizations/*/org-auth-tokens',
      '/api/0/sentry-apps/**',
      '/api/0/sentry-app-installations/*/authorizations',
      '/api/0/projects/*/*/keys',
      '/oauth/**'
    ]
  },
  run: variables({ SENTRY_URL: '' }, ['SENTRY_AUTH_TOKEN'], ['sntryu_', 71]),
  source:
    'getsentry/sentry: api/urls.py; getsentry/sentry-api-schema; getsentry/sentry-cli: config.rs, user_auth_token.rs (shape of a token)'
}

/**
 * Every method of the API is called by GET or POST. `apps.connections.open` and `rtm.connect` return an address
 * that needs no token.
 */
const slack = {
  hosts: ['slack.com'],
  denied: {
    any: [
      '/api/oauth.*',
      '/api/openid.connect.token',
      '/api/tooling.tokens.rotate',
      '/api/apps.manifest.create',
      '/api/apps.auth.external.get',
      '/api/apps.connections.open',
      '/api/rtm.connect'
    ]
  },
  source:
    'npm: @slack/web-api 8.2.0 (takes the base URL from code alone); public programs (apps.auth.external.get)'
}

const linear = {
  hosts: ['api.linear.app'],
  denied: { POST: ['/oauth/token'] },
  source: 'npm: @linear/sdk 98.0.0 (takes the base URL from code alone); the provider row (token endpoint)'
}

const notion = {
  hosts: ['api.notion.com'],
  denied: { POST: ['/v1/oauth/token'] },
  source: 'npm: @notionhq/client 5.26.0 (takes the base URL from code alone)'
}

const figma = {
  hosts: ['api.figma.com'],
  denied: { POST: ['/v1/oauth/token', '/v1/oauth/refresh'] },
  source:
    'figma/rest-api-spec: openapi.yaml. A variable for the base URL: not found in public documents, 2026-11-30'
}

const githubVariables = (prefix: string): AccessPreset['run'] =>
  variables({ GITHUB_API_URL: '' }, ['GITHUB_TOKEN'], [prefix, 40])

/** Services that people sign in to and bring keys for: both are sent to the same API. */
const sharedPresets: readonly AccessPreset[] = [
  preset({ ...github, service: 'github', run: githubVariables('gho_') }),
  preset({ ...github, service: 'github-app', run: githubVariables('ghu_') }),
  preset({ ...github, service: 'github-token', run: githubVariables('ghp_') }),
  preset({
    service: 'gitlab-oauth',
    hosts: ['gitlab.com'],
    encodedSlash: true, // paths of projects, files and branches
    denied: gitlabDenied,
    helpers: gitlabHelpers,
    run: variables(gitlabBase, ['GITLAB_OAUTH_TOKEN', 'GITLAB_TOKEN'], ['', 64]),
    source: `${gitlabSource}; docs.gitlab.com: OAuth 2.0 identity provider API (length of a token)`
  }),
  preset({
    service: 'gitlab',
    hosts: ['gitlab.com'],
    scheme: { kind: 'header', name: 'private-token' },
    encodedSlash: true,
    denied: gitlabDenied,
    helpers: gitlabHelpers,
    run: variables(gitlabBase, ['GITLAB_PRIVATE_TOKEN', 'GITLAB_TOKEN'], ['glpat-', 26]),
    source: `${gitlabSource}; gitleaks/gitleaks (length of a token)`
  }),
  preset({ ...huggingface, service: 'huggingface-oauth' }),
  preset({ ...huggingface, service: 'huggingface' }),
  preset({ ...sentry, service: 'sentry-oauth' }),
  preset({ ...sentry, service: 'sentry' }),
  preset({ ...slack, service: 'slack-oauth' }),
  preset({ ...slack, service: 'slack' }),
  preset({ ...linear, service: 'linear-oauth' }),
  preset({ ...linear, service: 'linear', scheme: { kind: 'header', name: 'authorization' } }),
  preset({ ...notion, service: 'notion-oauth' }),
  preset({ ...notion, service: 'notion' }),
  preset({ ...figma, service: 'figma-oauth' }),
  preset({ ...figma, service: 'figma', scheme: { kind: 'header', name: 'x-figma-token' } })
]

/** Services that people only sign in to. */
const accountPresets: readonly AccessPreset[] = [
  preset({
    service: 'google',
    hosts: ['www.googleapis.com', 'gmail.googleapis.com', 'openidconnect.googleapis.com'],
    denied: { POST: ['/oauth2/*/token', '/batch/**'] },
    source:
      'googleapis.dev: Gmail; public programs (addresses of Drive and Calendar, of batches and of the older token endpoint); the provider row (userinfo)'
  }),
  preset({
    service: 'microsoft',
    hosts: ['graph.microsoft.com'],
    denied: {
      'POST PATCH': ['/*/applications*/**', '/*/servicePrincipals*/**'],
      POST: ['/**/*addPassword', '/**/*addKey', '/**/authentication/temporaryAccessPassMethods', '/*/$batch']
    },
    source:
      'learn.microsoft.com: Graph, application: addPassword, addKey; create temporaryAccessPassMethod; public programs ($batch). Whether upper and lower case are the same in its paths: not found in public documents, 2026-11-30'
  }),
  preset({
    service: 'dropbox',
    hosts: ['api.dropboxapi.com', 'content.dropboxapi.com'],
    denied: { POST: ['/oauth2/token', '/2/auth/token/from_oauth1'] },
    source:
      'dropbox/dropbox-api-spec: auth.stone, stone_cfg.stone; public programs (content.dropboxapi.com); the provider row (token endpoint)'
  }),
  preset({
    service: 'spotify',
    hosts: ['api.spotify.com'],
    source:
      'the provider row; public programs (api.spotify.com). Tokens are made at accounts.spotify.com, which gets no credential'
  }),
  preset({
    service: 'discord',
    hosts: ['discord.com'],
    // The answer to a new webhook holds the token of the webhook.
    denied: { POST: ['/api/**/oauth2/token', '/api/**/channels/*/webhooks'] },
    source: 'discord/discord-api-docs: Reference, OAuth2, Webhook'
  }),
  preset({
    service: 'atlassian',
    hosts: ['api.atlassian.com'],
    source:
      'developer.atlassian.com: Making calls to API. Tokens are made at auth.atlassian.com, which gets no credential'
  })
]

/**
 * How each service is used, read on 2026-11-30. The row without a preset is Supabase Auth, whose projects each
 * have a host of their own.
 */
export const accessPresets: readonly AccessPreset[] = [
  ...sharedPresets,
  ...accountPresets,
  ...developerPresets,
  ...registryPresets,
  ...modelPresets
]
