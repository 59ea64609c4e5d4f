import type { ServiceId } from '#shared/credential.ts'

/**
 * Steps by which a person creates their own client at each built-in service: buttons, boxes and the place of
 * the redirect URI. The page is the row's `help`, the address comes from the row. The sources are those
 * of the rows; services rename their buttons, so the quoted words may have changed a little.
 */
export const registrationGuides: Readonly<Record<ServiceId, readonly string[]>> = {
  github: [
    'Press “New OAuth app”. Any name and home page will do.',
    'Paste the redirect URI into “Authorization callback URL”.',
    'Tick “Enable Device Flow”: then you can sign in with a code, without a secret.',
    'Tokens don’t expire unless you turn on token expiration in the app.',
    'Copy the client ID. For a sign-in window, press “Generate a new client secret” as well.'
  ],
  'github-app': [
    'Press “New GitHub App”. Any free name and any home page will do.',
    'Paste the redirect URI into “Callback URL”.',
    'Leave “Expire user authorization tokens” ticked, tick “Enable Device Flow”, untick “Active” below “Webhook”.',
    'Choose the permissions: they take the place of scopes.',
    'Copy the client ID, which is not the App ID. For a sign-in window, generate a client secret as well.'
  ],
  'gitlab-oauth': [
    'Press “Add new application” and give it a name.',
    'Paste the redirect URI into “Redirect URI”.',
    'Untick “Confidential”: then there is no secret.',
    'Tick the scopes you want to ask for, save, and copy the application ID: that is the client ID.'
  ],
  'huggingface-oauth': [
    'Give the application a name and any home page.',
    'Paste the redirect URI into “Redirect URLs”.',
    'Choose a public application, without a secret, and the scopes you want to ask for.',
    'Copy the client ID.'
  ],
  'sentry-oauth': [
    'Press “Create New Application”.',
    'Paste the redirect URI into “Authorized Redirect URIs”.',
    'Copy the client ID. Without the secret, you sign in with a code; for a sign-in window, copy the secret as well.'
  ],
  google: [
    'Choose a project, or make one, and fill in the consent screen. A project in “Testing” signs you out after 7 days.',
    'Press “Create client” and choose “Desktop app”: it accepts the redirect URI without a setting.',
    'Copy the client ID and the client secret. Google asks for both, although the secret of a desktop app is not confidential.',
    'Switch on the APIs whose scopes you want to ask for.'
  ],
  microsoft: [
    'Open “App registrations”, press “New registration” and choose who may sign in.',
    'Below “Authentication” add the platform “Mobile and desktop applications”.',
    'Paste the redirect URI as a custom one.',
    'Switch “Allow public client flows” on: then there is no secret.',
    'Copy the application (client) ID. If only one tenant may sign in, use the tab Custom OpenID / OAuth instead.'
  ],
  dropbox: [
    'Press “Create app” and choose what it may reach.',
    'Paste the redirect URI into “Redirect URIs”.',
    'On “Permissions”, tick what you want to ask for.',
    'Copy the app key: that is the client ID. The app secret is not needed.'
  ],
  spotify: [
    'Press “Create app” and tick “Web API”.',
    'Paste the redirect URI into “Redirect URIs”. It has no port on purpose, so every port is accepted.',
    'Copy the client ID. The secret is not needed.'
  ],
  discord: [
    'Press “New Application”, then open “OAuth2”.',
    'Switch “Public Client” on: then there is no secret.',
    'Paste the redirect URI into “Redirects” and save.',
    'Copy the client ID.'
  ],
  'slack-oauth': [
    'Press “Create New App” and choose your workspace.',
    'Below “OAuth & Permissions” paste the redirect URI into “Redirect URLs”.',
    'Opt in to PKCE there: then there is no secret. This can’t be undone.',
    'Add the scopes below “User Token Scopes”. A desktop app can’t ask for the scopes of a bot.',
    'Copy the client ID from “Basic Information”.'
  ],
  atlassian: [
    'Press “Create” and choose “OAuth 2.0 integration”.',
    'Below “Permissions” add the APIs and scopes you want to ask for.',
    'Below “Authorization” paste the redirect URI as the callback URL. There is only one.',
    'Below “Settings” copy the client ID and the secret.'
  ],
  'notion-oauth': [
    'Create a new connection and choose the public type, which has OAuth.',
    'Paste the redirect URI into “Redirect URIs”, below “OAuth Domain & URIs”. Notion’s documents show https addresses only.',
    'Choose the capabilities: they take the place of scopes.',
    'Copy the OAuth client ID and the OAuth client secret.'
  ],
  'linear-oauth': [
    'Give the application a name.',
    'Paste the redirect URI into “Callback URLs”.',
    'Save and copy the client ID. The secret is not needed.'
  ],
  'figma-oauth': [
    'Press “Create a new app”.',
    'Paste the redirect URI into “Callbacks” or “Redirect URLs”.',
    'Tick the scopes you want to ask for.',
    'Copy the client ID and the client secret, which is shown once.'
  ]
}
