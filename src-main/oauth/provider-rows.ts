import type { ApiKeyProvider, OAuthProvider } from '../core/provider.ts'

const SPACES = { request: ' ', response: ' ' } as const

/** What a provider nobody has described yet is taken to be: an issuer with metadata and a public client. */
export const genericProvider = {
  kind: 'oauth',
  clientAuth: 'none',
  scopeSeparator: SPACES,
  redirect: { host: '127.0.0.1', ports: [], path: '/callback' },
  surfaces: ['window', 'browser'],
  embedded: 'unknown',
  refresh: {
    rotates: null,
    graceSeconds: null,
    url: null,
    params: {},
    sendsRedirectUri: false,
    idleDays: null
  },
  tokensAt: [],
  errorCodes: {},
  tokenRequest: 'form',
  resource: null,
  dpop: false,
  status: 'documented',
  authorizationParams: {},
  missingLifetime: 'unknown',
  help: null,
  source: 'RFC 8414, OpenID Connect Discovery 1.0',
  checkedOn: '2026-11-21'
} as const satisfies Partial<OAuthProvider>

/** A classic OAuth app: answers in a form unless asked for JSON, errors in a 200, no expiry, a secret for everybody. */
const github: OAuthProvider = {
  kind: 'oauth',
  id: 'github',
  name: 'GitHub',
  endpoints: {
    kind: 'fixed',
    issuer: 'https://github.com/login/oauth',
    authorization: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    revocation: null,
    userinfo: 'https://api.github.com/user',
    deviceAuthorization: 'https://github.com/login/device/code',
    introspection: null
  },
  clientAuth: 'post',
  scopes: [
    { scope: 'read:user', description: 'Read the profile', byDefault: true },
    { scope: 'user:email', description: 'Read e-mail addresses', byDefault: false },
    { scope: 'repo', description: 'Read and write repositories, also private ones', byDefault: false },
    { scope: 'workflow', description: 'Change workflow files', byDefault: false },
    { scope: 'read:org', description: 'Read organizations and teams', byDefault: false },
    { scope: 'gist', description: 'Write gists', byDefault: false }
  ],
  scopeSeparator: { request: ' ', response: ',' },
  redirect: { host: '127.0.0.1', ports: [], path: '/callback' },
  surfaces: ['window', 'browser'],
  embedded: 'unknown',
  refresh: {
    rotates: null,
    graceSeconds: null,
    url: null,
    params: {},
    sendsRedirectUri: false,
    idleDays: null
  },
  tokensAt: [],
  errorCodes: {},
  tokenRequest: 'form',
  resource: null,
  dpop: false,
  status: 'documented',
  authorizationParams: {},
  missingLifetime: 'never',
  help: 'https://github.com/settings/developers',
  source: 'docs.github.com: Authorizing OAuth apps',
  checkedOn: '2026-11-21'
}

export const oauthRows: readonly OAuthProvider[] = [github]

type KeyRow = Pick<ApiKeyProvider, 'id' | 'name' | 'allowedHosts' | 'keyPrefixes' | 'help'>

function keyRow(row: KeyRow): ApiKeyProvider {
  return { kind: 'api-key', ...row, source: 'the provider’s own documentation', checkedOn: '2026-11-21' }
}

/** Services that hand out keys. `keyPrefixes` are the public first letters, to tell a wrong paste early. */
export const apiKeyRows: readonly ApiKeyProvider[] = [
  keyRow({
    id: 'github-token',
    name: 'GitHub token',
    allowedHosts: ['api.github.com', 'github.com', 'uploads.github.com'],
    keyPrefixes: ['github_pat_', 'ghp_'],
    help: 'https://github.com/settings/tokens'
  }),
  keyRow({
    id: 'gitlab',
    name: 'GitLab',
    allowedHosts: ['gitlab.com'],
    keyPrefixes: ['glpat-'],
    help: 'https://gitlab.com/-/user_settings/personal_access_tokens'
  }),
  keyRow({
    id: 'openai',
    name: 'OpenAI',
    allowedHosts: ['api.openai.com'],
    keyPrefixes: ['sk-'],
    help: 'https://platform.openai.com/api-keys'
  }),
  keyRow({
    id: 'anthropic',
    name: 'Anthropic',
    allowedHosts: ['api.anthropic.com'],
    keyPrefixes: ['sk-ant-'],
    help: 'https://console.anthropic.com/settings/keys'
  }),
  keyRow({
    id: 'stripe',
    name: 'Stripe',
    allowedHosts: ['api.stripe.com'],
    keyPrefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
    help: 'https://dashboard.stripe.com/apikeys'
  }),
  keyRow({
    id: 'npm',
    name: 'npm',
    allowedHosts: [], // the registry is the person's own choice, public or private
    keyPrefixes: ['npm_'],
    help: 'https://docs.npmjs.com/creating-and-viewing-access-tokens'
  }),
  keyRow({
    id: 'slack',
    name: 'Slack',
    allowedHosts: ['slack.com'],
    keyPrefixes: ['xoxb-', 'xoxp-'],
    help: 'https://api.slack.com/apps'
  }),
  keyRow({
    id: 'huggingface',
    name: 'Hugging Face',
    allowedHosts: ['huggingface.co'],
    keyPrefixes: ['hf_'],
    help: 'https://huggingface.co/settings/tokens'
  }),
  keyRow({
    id: 'sentry',
    name: 'Sentry',
    allowedHosts: ['sentry.io'],
    keyPrefixes: ['sntrys_'],
    help: 'https://sentry.io/settings/auth-tokens/'
  }),
  keyRow({
    id: 'linear',
    name: 'Linear',
    allowedHosts: ['api.linear.app'],
    keyPrefixes: ['lin_api_'],
    help: 'https://linear.app/settings/account/security'
  }),
  keyRow({
    id: 'notion',
    name: 'Notion',
    allowedHosts: ['api.notion.com'],
    keyPrefixes: ['ntn_', 'secret_'],
    help: 'https://www.notion.so/profile/integrations'
  }),
  keyRow({
    id: 'figma',
    name: 'Figma',
    allowedHosts: ['api.figma.com'],
    keyPrefixes: ['figd_'],
    help: 'https://www.figma.com/settings'
  })
]
