import type { OAuthProvider } from '../../core/provider.ts'
import { exactRedirect, fixed, oauthRow, scopeRows } from './base.ts'

/**
 * A desktop client has a secret that Google does not treat as one, but its token endpoint requires it. A
 * refresh token needs `access_type` and `prompt`. Sign-in pages in windows of programs are refused.
 */
const google: OAuthProvider = oauthRow({
  id: 'google',
  name: 'Google',
  endpoints: fixed({
    issuer: 'https://accounts.google.com',
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revocation: 'https://oauth2.googleapis.com/revoke',
    userinfo: 'https://openidconnect.googleapis.com/v1/userinfo'
  }),
  clientAuth: 'post',
  scopes: scopeRows({
    openid: '+Know who is signed in',
    email: '+Read the e-mail address',
    profile: 'Read the profile',
    'https://www.googleapis.com/auth/drive.readonly': 'Read files in Drive',
    'https://www.googleapis.com/auth/calendar.readonly': 'Read calendars',
    'https://www.googleapis.com/auth/gmail.readonly': 'Read mail'
  }),
  // A client of the kind "Desktop app" is not allowed to sign in with a code.
  surfaces: ['browser'],
  embedded: 'forbidden',
  refresh: { rotates: false, idleDays: 180 },
  authorizationParams: { access_type: 'offline', prompt: 'consent' },
  help: 'https://console.cloud.google.com/auth/clients',
  accessPage: 'https://myaccount.google.com/connections',
  source:
    'developers.google.com: OAuth 2.0 for native apps, Using OAuth 2.0 (end of refresh tokens: six months unused, seven days in testing)'
})

/**
 * Any Microsoft account. Answers name the tenant as their issuer, not this address, so no ID token is
 * requested; a single tenant uses its own issuer. A new refresh token does not end the old one.
 */
const microsoft: OAuthProvider = oauthRow({
  id: 'microsoft',
  name: 'Microsoft',
  endpoints: fixed({
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    authorization: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    token: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    userinfo: 'https://graph.microsoft.com/v1.0/me',
    deviceAuthorization: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode'
  }),
  scopes: scopeRows({
    'User.Read': '+Read the profile',
    offline_access: '+Stay signed in',
    'Mail.Read': 'Read mail',
    'Calendars.Read': 'Read calendars',
    'Files.Read': 'Read files in OneDrive'
  }),
  redirect: { host: 'localhost' },
  surfaces: ['window', 'browser', 'device'],
  embedded: 'ok',
  refresh: { rotates: true, idleDays: 90 },
  help: 'https://entra.microsoft.com',
  source:
    'learn.microsoft.com: Redirect URI restrictions, Refresh tokens, Desktop app configuration. An address for ending grants: not found in public documents, 2026-11-21'
})

/** `token_access_type=offline` brings the refresh token, which stays the same. */
const dropbox: OAuthProvider = oauthRow({
  id: 'dropbox',
  name: 'Dropbox',
  endpoints: fixed({
    issuer: 'https://www.dropbox.com',
    authorization: 'https://www.dropbox.com/oauth2/authorize',
    token: 'https://api.dropboxapi.com/oauth2/token'
  }),
  scopes: scopeRows({
    'account_info.read': '+Read the profile',
    'files.metadata.read': 'Read names and sizes of files',
    'files.content.read': 'Read files',
    'files.content.write': 'Write files'
  }),
  redirect: exactRedirect,
  refresh: { rotates: false },
  authorizationParams: { token_access_type: 'offline' },
  help: 'https://www.dropbox.com/developers/apps',
  accessPage: 'https://www.dropbox.com/account/connected_apps',
  source:
    'dropbox.tech: Using OAuth 2.0 with offline access; dropbox-sdk-dotnet: DropboxOAuth2Helper (addresses with a port are registered). An end of unused refresh tokens: not found in public documents, 2026-11-21'
})

/**
 * Refuses `localhost`; an address registered without a port stands for every port. No rotation since
 * 2026-07-20: a refresh token expires six months after its sign-in, regardless of its use.
 */
const spotify: OAuthProvider = oauthRow({
  id: 'spotify',
  name: 'Spotify',
  endpoints: fixed({
    issuer: 'https://accounts.spotify.com',
    authorization: 'https://accounts.spotify.com/authorize',
    token: 'https://accounts.spotify.com/api/token',
    userinfo: 'https://api.spotify.com/v1/me'
  }),
  scopes: scopeRows({
    'user-read-email': '+Read the e-mail address',
    'user-read-private': 'Read the profile',
    'playlist-read-private': 'Read private playlists',
    'user-library-read': 'Read saved music',
    'user-modify-playback-state': 'Control playback'
  }),
  refresh: { rotates: false, lifeDays: 180 },
  help: 'https://developer.spotify.com/dashboard',
  accessPage: 'https://www.spotify.com/account/apps/',
  source:
    'developer.spotify.com: Redirect URIs, Refreshing tokens; its blog 2026-06-18 (end of refresh tokens)'
})

/** Accepts only forms. The revocation of one token ends the whole authorization. */
const discord: OAuthProvider = oauthRow({
  id: 'discord',
  name: 'Discord',
  endpoints: fixed({
    issuer: 'https://discord.com',
    authorization: 'https://discord.com/oauth2/authorize',
    token: 'https://discord.com/api/oauth2/token',
    revocation: 'https://discord.com/api/oauth2/token/revoke',
    userinfo: 'https://discord.com/api/users/@me'
  }),
  scopes: scopeRows({
    identify: '+Read the profile',
    email: 'Read the e-mail address',
    guilds: 'Read the list of servers',
    connections: 'Read linked accounts'
  }),
  redirect: exactRedirect,
  namesIssuer: true,
  help: 'https://discord.com/developers/applications',
  source: 'discord.com/developers: OAuth2; discord.com/.well-known/oauth-authorization-server'
})

export const accountRows: readonly OAuthProvider[] = [google, microsoft, dropbox, spotify, discord]
