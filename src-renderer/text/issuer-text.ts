/** Servers with an address for each customer: the address to type, and the setup there. */
type IssuerHelp = { readonly name: string; readonly address: string; readonly steps: string }

export const issuerText = {
  note: 'Check the server to see the redirect URI. These steps come from its documentation and are untested. If Auth0, Okta or Supabase refuses a redirect URI with any port, add a row with a port to providers.json.',
  title: 'Auth0, Okta, Keycloak, Microsoft, GitLab, Supabase',
  servers: [
    {
      name: 'Auth0',
      address: 'https://TENANT.eu.auth0.com/',
      steps:
        'Create an application of the type Native. Allow the redirect URI below as a callback URL and, below Advanced, the grants Refresh Token and Device Code.'
    },
    {
      name: 'Okta',
      address: 'https://ORG.okta.com/oauth2/default',
      steps:
        'Create an OIDC app integration of the type Native, with the grants Authorization Code and Refresh Token and the redirect URI below.'
    },
    {
      name: 'Keycloak',
      address: 'https://HOST/realms/REALM',
      steps:
        'Create a client with Client authentication off and Standard flow on, and the redirect URI below as a valid redirect URI: Keycloak then accepts any port.'
    },
    {
      name: 'Microsoft, one tenant',
      address: 'https://login.microsoftonline.com/TENANT-ID/v2.0',
      steps:
        'Register an app, add the platform “Mobile and desktop applications” with the redirect URI below and allow public client flows.'
    },
    {
      name: 'Your own GitLab',
      address: 'https://HOST',
      steps:
        'Add an application below your preferences, untick Confidential, with the redirect URI below and the scopes you want.'
    },
    {
      name: 'Supabase project',
      address: 'https://PROJECT.supabase.co/auth/v1',
      steps:
        'Switch on the OAuth server in the project (it is off at first) and register a public client with the redirect URI below.'
    }
  ] satisfies readonly IssuerHelp[]
} as const
