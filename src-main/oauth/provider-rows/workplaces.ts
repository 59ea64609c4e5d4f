import type { OAuthProvider } from '../../core/provider.ts'
import { exactRedirect, fixed, oauthRow, scopeRows } from './base.ts'

/**
 * A public client gets scopes of a person, not of a bot: they have a parameter of their own, and the token is
 * in `authed_user`. Errors come with status 200, `ok: false` and Slack's own words.
 */
const slack: OAuthProvider = oauthRow({
  id: 'slack-oauth',
  name: 'Slack',
  endpoints: fixed({
    issuer: 'https://slack.com',
    authorization: 'https://slack.com/oauth/v2/authorize',
    token: 'https://slack.com/api/oauth.v2.access'
  }),
  scopes: scopeRows({
    'users:read': '+Read the people of the workspace',
    'channels:read': 'Read the list of channels',
    'channels:history': 'Read messages in public channels',
    'chat:write': 'Write messages in your name',
    'search:read': 'Search'
  }),
  scopeParameter: 'user_scope',
  scopeSeparator: { request: ',', response: ',' },
  redirect: exactRedirect,
  refresh: { rotates: true, idleDays: 30 },
  tokensAt: ['authed_user'],
  errorCodes: {
    invalid_refresh_token: 'invalid_grant',
    token_revoked: 'invalid_grant',
    account_inactive: 'invalid_grant',
    invalid_code: 'invalid_grant',
    invalid_client_id: 'invalid_client',
    bad_client_secret: 'invalid_client',
    bad_redirect_uri: 'redirect_uri_mismatch',
    ratelimited: 'temporarily_unavailable',
    service_unavailable: 'temporarily_unavailable',
    internal_error: 'server_error',
    fatal_error: 'server_error'
  },
  // Without token rotation a token does not expire, and the answer names no lifetime.
  missingLifetime: 'never',
  help: 'https://api.slack.com/apps',
  source: 'docs.slack.dev: Using PKCE, Using token rotation, oauth.v2.access'
})

/**
 * Needs an audience, and the consent each time for a refresh token. A wrong secret is answered with
 * `access_denied`.
 */
const atlassian: OAuthProvider = oauthRow({
  id: 'atlassian',
  name: 'Atlassian',
  endpoints: fixed({
    issuer: 'https://auth.atlassian.com',
    authorization: 'https://auth.atlassian.com/authorize',
    token: 'https://auth.atlassian.com/oauth/token',
    userinfo: 'https://api.atlassian.com/me'
  }),
  clientAuth: 'post',
  scopes: scopeRows({
    'read:me': '+Read the profile',
    offline_access: '+Stay signed in',
    'read:jira-work': 'Read Jira projects and issues',
    'write:jira-work': 'Change Jira issues',
    'read:confluence-content.all': 'Read Confluence pages'
  }),
  redirect: exactRedirect,
  refresh: { rotates: true, graceSeconds: 600, idleDays: 90, lifeDays: 365 },
  errorCodes: { access_denied: 'invalid_client' },
  authorizationParams: { audience: 'api.atlassian.com', prompt: 'consent' },
  help: 'https://developer.atlassian.com/console/myapps/',
  accessPage: 'https://id.atlassian.com/manage-profile/apps',
  source:
    'developer.atlassian.com: OAuth 2.0 (3LO) apps, Implementing the refresh token flow; community.developer.atlassian.com 60806 (90 and 365 days); backstage.io (http://localhost). PKCE and revocation: not found in public documents, 2026-11-21'
})

/**
 * There are no scopes: the settings of a connection define what it may do. The token endpoint takes JSON and
 * Basic.
 */
const notion: OAuthProvider = oauthRow({
  id: 'notion-oauth',
  name: 'Notion',
  endpoints: fixed({
    issuer: 'https://api.notion.com',
    authorization: 'https://api.notion.com/v1/oauth/authorize',
    token: 'https://api.notion.com/v1/oauth/token',
    revocation: 'https://api.notion.com/v1/oauth/revoke',
    introspection: 'https://api.notion.com/v1/oauth/introspect'
  }),
  clientAuth: 'basic',
  scopes: [],
  redirect: exactRedirect,
  refresh: { rotates: true },
  tokenRequest: 'json',
  authorizationParams: { owner: 'user' },
  help: 'https://www.notion.so/developers/connections',
  source: 'developers.notion.com: Authorization, Create a token, Refresh a token'
})

/**
 * The request separates scopes by commas. Each refresh brings a new refresh token. The revocation endpoint
 * takes other parameters than RFC 7009, so it is left out.
 */
const linear: OAuthProvider = oauthRow({
  id: 'linear-oauth',
  name: 'Linear',
  endpoints: fixed({
    issuer: 'https://linear.app',
    authorization: 'https://linear.app/oauth/authorize',
    token: 'https://api.linear.app/oauth/token'
  }),
  scopes: scopeRows({
    read: '+Read everything the account can see',
    write: 'Write everything the account can',
    'issues:create': 'Create issues',
    'comments:create': 'Write comments'
  }),
  scopeSeparator: { request: ',', response: ',' },
  redirect: exactRedirect,
  refresh: { rotates: true },
  help: 'https://linear.app/settings/api/applications/new',
  source: 'linear.app/developers: OAuth 2.0 authentication'
})

/**
 * Refreshes at a separate address, whose answer has no refresh token: the old one stays. Sign-in pages in
 * windows of programs are refused, and a person who declines is not sent back.
 */
const figma: OAuthProvider = oauthRow({
  id: 'figma-oauth',
  name: 'Figma',
  endpoints: fixed({
    issuer: 'https://www.figma.com',
    authorization: 'https://www.figma.com/oauth',
    token: 'https://api.figma.com/v1/oauth/token',
    userinfo: 'https://api.figma.com/v1/me'
  }),
  clientAuth: 'basic',
  scopes: scopeRows({
    'current_user:read': '+Read the profile',
    'file_content:read': 'Read files',
    'file_comments:read': 'Read comments',
    'file_comments:write': 'Write comments'
  }),
  scopeSeparator: { request: ' ', response: ',' },
  redirect: exactRedirect,
  surfaces: ['browser'],
  embedded: 'forbidden',
  refresh: { rotates: false, url: 'https://api.figma.com/v1/oauth/refresh' },
  help: 'https://www.figma.com/developers/apps',
  source:
    'developers.figma.com: OAuth apps (PKCE, refresh, no WebView). Whether http addresses of this computer are taken: not found in public documents, 2026-11-21'
})

export const workplaceRows: readonly OAuthProvider[] = [slack, atlassian, notion, linear, figma]
