import type { OAuthProvider } from '../../core/provider.ts'
import { exactRedirect, fixed, oauthRow, scopeRows } from './base.ts'

const githubEndpoints = fixed({
  issuer: 'https://github.com/login/oauth',
  authorization: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  userinfo: 'https://api.github.com/user',
  deviceAuthorization: 'https://github.com/login/device/code'
})

/** GitHub's own names for error codes of RFC 6749 section 5.2. */
const githubErrors = {
  bad_refresh_token: 'invalid_grant',
  bad_verification_code: 'invalid_grant',
  // GitHub's page names both words for a code that was not entered in time.
  token_expired: 'expired_token',
  incorrect_client_credentials: 'invalid_client'
}

/**
 * A classic OAuth app: it answers in a form unless JSON is requested, sends errors in a 200, and needs a
 * secret except for sign-in by a code. Its tokens do not expire unless the app is set so, or the sign-in asks
 * for it by `offline_access`; then they are like those of a GitHub App.
 */
const github: OAuthProvider = oauthRow({
  id: 'github',
  name: 'GitHub',
  endpoints: githubEndpoints,
  clientAuth: 'post',
  scopes: scopeRows({
    'read:user': '+Read the profile',
    'user:email': 'Read e-mail addresses',
    repo: 'Read and write repositories, also private ones',
    workflow: 'Change workflow files',
    'read:org': 'Read organizations and teams',
    gist: 'Write gists',
    offline_access: 'Get a token that lasts eight hours and is refreshed'
  }),
  scopeSeparator: { request: ' ', response: ',' },
  surfaces: ['window', 'browser', 'device'],
  errorCodes: githubErrors,
  refresh: { rotates: true, idleDays: 180 },
  missingLifetime: 'never',
  help: 'https://github.com/settings/developers',
  accessPage: 'https://github.com/settings/applications',
  source:
    'docs.github.com: Authorizing OAuth apps (expiring access tokens, loopback redirect urls), Device flow; github.com/orgs/community 204963'
})

/**
 * The app defines the permissions, not the request. An access token lives eight hours, a refresh token six
 * months without use: each refresh brings a refresh token with a new six months and ends both old tokens.
 */
const githubApp: OAuthProvider = oauthRow({
  id: 'github-app',
  name: 'GitHub App',
  endpoints: githubEndpoints,
  clientAuth: 'post',
  scopes: [],
  scopeSeparator: { request: ' ', response: ',' },
  surfaces: ['window', 'browser', 'device'],
  errorCodes: githubErrors,
  refresh: { rotates: true, idleDays: 180 },
  // An app may opt out of expiry; then no lifetime is named.
  missingLifetime: 'never',
  help: 'https://github.com/settings/apps',
  accessPage: 'https://github.com/settings/apps/authorizations',
  source:
    'docs.github.com: Generating a user access token for a GitHub App, Refreshing user access tokens; github/github-mcp-server (any port)'
})

/**
 * A refresh ends the old access token as well as the old refresh token. Self-hosted servers use their own
 * issuer.
 */
const gitlab: OAuthProvider = oauthRow({
  id: 'gitlab-oauth',
  name: 'GitLab.com',
  endpoints: fixed({
    issuer: 'https://gitlab.com',
    authorization: 'https://gitlab.com/oauth/authorize',
    token: 'https://gitlab.com/oauth/token',
    revocation: 'https://gitlab.com/oauth/revoke',
    userinfo: 'https://gitlab.com/api/v4/user',
    deviceAuthorization: 'https://gitlab.com/oauth/authorize_device'
  }),
  scopes: scopeRows({
    read_user: '+Read the profile',
    read_api: 'Read everything the account can see',
    api: 'Read and write everything the account can',
    read_repository: 'Read repositories',
    write_repository: 'Read and write repositories'
  }),
  surfaces: ['window', 'browser', 'device'],
  refresh: { rotates: true, sendsRedirectUri: true },
  help: 'https://gitlab.com/-/user_settings/applications',
  accessPage: 'https://gitlab.com/-/user_settings/applications',
  source: 'docs.gitlab.com: OAuth 2.0 identity provider API (PKCE, device grant since 17.2, refresh, revoke)'
})

/** A public app without a secret. Hosts of redirect URIs are compared, their ports are not. */
const huggingface: OAuthProvider = oauthRow({
  id: 'huggingface-oauth',
  name: 'Hugging Face',
  endpoints: fixed({
    issuer: 'https://huggingface.co',
    authorization: 'https://huggingface.co/oauth/authorize',
    token: 'https://huggingface.co/oauth/token',
    userinfo: 'https://huggingface.co/oauth/userinfo',
    deviceAuthorization: 'https://huggingface.co/oauth/device'
  }),
  scopes: scopeRows({
    openid: '+Know who is signed in',
    profile: '+Read the profile',
    email: 'Read the e-mail address',
    'read-repos': 'Read repositories, also private ones',
    'write-repos': 'Read and write repositories',
    'inference-api': 'Call models in your name'
  }),
  surfaces: ['window', 'browser', 'device'],
  help: 'https://huggingface.co/settings/applications/new',
  accessPage: 'https://huggingface.co/settings/connected-applications',
  source: 'huggingface.co: Sign in with Hugging Face'
})

/** Only a sign-in by a code works without the secret. */
const sentry: OAuthProvider = oauthRow({
  id: 'sentry-oauth',
  name: 'Sentry',
  endpoints: fixed({
    issuer: 'https://sentry.io',
    authorization: 'https://sentry.io/oauth/authorize/',
    token: 'https://sentry.io/oauth/token/',
    deviceAuthorization: 'https://sentry.io/oauth/device/code/'
  }),
  clientAuth: 'post',
  scopes: scopeRows({
    'org:read': '+Read organizations',
    'project:read': '+Read projects',
    'event:read': 'Read events and issues',
    'event:write': 'Change events and issues',
    'team:read': 'Read teams'
  }),
  redirect: exactRedirect,
  surfaces: ['window', 'browser', 'device'],
  help: 'https://sentry.io/settings/account/api/applications/',
  source: 'docs.sentry.io: API authentication; getsentry/cli: device sign-in'
})

export const codeHostRows: readonly OAuthProvider[] = [github, githubApp, gitlab, huggingface, sentry]
