import type { AccessPreset } from '../../core/use/access-preset.ts'
import { preset, variables } from './access-preset-base.ts'

/** Services of hosting, payment, mail and tools whose key a person brings. */
export const developerPresets: readonly AccessPreset[] = [
  preset({
    service: 'stripe',
    hosts: ['api.stripe.com'],
    // The client secret of a payment is made for the browser of a buyer, so it is not denied.
    denied: {
      POST: [
        '/v1/ephemeral_keys',
        '/v1/terminal/connection_tokens',
        '/v1/account_sessions',
        '/v1/customer_sessions',
        '/v1/webhook_endpoints',
        '/v2/core/event_destinations',
        '/v2/billing/meter_event_session'
      ]
    },
    source: 'npm: stripe 23.1.0; stripe/stripe-cli (takes the base URL from hidden flags alone)'
  }),
  preset({
    service: 'npm',
    hosts: [], // as in the row: the registry is the person's own choice
    helpers: { pnpm: { hosts: ['registry.npmjs.org'], user: null } },
    encodedSlash: true, // @scope%2fname
    // A registry of a person may be below a path.
    denied: {
      'POST PUT': ['/**/-/npm/v1/tokens/**'],
      PUT: ['/**/-/user/**'],
      POST: ['/**/-/v1/login', '/**/-/npm/v1/oidc/token/**']
    },
    run: variables({ npm_config_registry: '' }, ['NPM_TOKEN'], ['npm_', 40]),
    source:
      'npm: npm 11.19.1 with npm-profile, npm-registry-fetch, @npmcli/config; snyk/cli 1974, after docs.npmjs.com (NPM_TOKEN, through .npmrc); gitleaks/gitleaks (length of a token)'
  }),
  preset({
    service: 'cloudflare',
    hosts: ['api.cloudflare.com'],
    denied: {
      'POST PUT': [
        '/client/v4/user/tokens/**',
        '/client/v4/accounts/*/tokens/**',
        '/client/v4/*/*/access/service_tokens/**'
      ],
      POST: [
        '/client/v4/accounts/*/access/keys/rotate',
        '/client/v4/accounts/*/oauth_clients/**',
        '/client/v4/accounts/*/r2/temp-access-credentials',
        '/client/v4/accounts/*/containers/registries/*/credentials',
        '/client/v4/accounts/*/cfd_tunnel/*/management',
        '/client/v4/accounts/*/calls/**',
        '/client/v4/accounts/*/realtime/kit/**/participants/**',
        '/client/v4/accounts/*/stream/keys',
        '/client/v4/accounts/*/stream/*/token',
        '/client/v4/accounts/*/moq/relays/*/tokens',
        '/client/v4/accounts/*/mnm/vpc-flows/token',
        '/client/v4/accounts/*/magic/ipsec_tunnels/*/psk_generate'
      ],
      any: [
        '/client/v4/accounts/*/cfd_tunnel/*/token',
        '/client/v4/accounts/*/warp_connector/*/token',
        '/client/v4/accounts/*/pages/projects/*/upload-token',
        '/client/v4/accounts/*/challenges/widgets/**',
        '/client/v4/accounts/*/images/v1/keys/**'
      ]
    },
    run: variables(
      { CLOUDFLARE_BASE_URL: '/client/v4', CLOUDFLARE_API_BASE_URL: '/client/v4' },
      ['CLOUDFLARE_API_TOKEN'],
      ['cfut_', 53]
    ),
    source:
      'npm: cloudflare 7.3.0; cloudflare/workers-sdk: misc-variables.ts; developers.cloudflare.com: Token formats; docs.rs: cribra 0.4.0 (length of the checksum). A global key (cfk_) needs other headers and an e-mail address, so it can’t be used'
  }),
  preset({
    service: 'digitalocean',
    hosts: ['api.digitalocean.com'],
    denied: {
      POST: [
        '/v2/account/keys',
        '/v2/databases/*/users/**',
        '/v2/functions/namespaces',
        '/v2/dedicated-inferences/*/tokens',
        '/v2/gen-ai/oauth2/*/tokens'
      ],
      'POST PUT': ['/v2/gen-ai/**/api_keys/**', '/v2/functions/namespaces/*/keys/**'],
      'POST PUT PATCH': ['/v2/spaces/keys/**'],
      any: [
        '/v2/kubernetes/clusters/*/kubeconfig',
        '/v2/kubernetes/clusters/*/credentials',
        '/v2/registry/docker-credentials',
        '/v2/registries/*/docker-credentials',
        '/v2/vector-databases/*/credentials',
        '/v2/databases/metrics/credentials',
        '/v2/partner_network_connect/attachments/*/service_key',
        '/v2/partner_network_connect/attachments/*/bgp_auth_key'
      ]
    },
    run: variables(
      { DIGITALOCEAN_API_URL: '/' },
      ['DIGITALOCEAN_ACCESS_TOKEN', 'DIGITALOCEAN_TOKEN'],
      ['dop_v1_', 71]
    ),
    source:
      'digitalocean/openapi; digitalocean/doctl: doit.go, godo.go; digitalocean/terraform-provider-digitalocean: provider.go; gitleaks/gitleaks (length of a token)'
  }),
  preset({
    service: 'doppler',
    hosts: ['api.doppler.com'],
    // The secrets that Doppler keeps are its content and stay readable.
    denied: {
      POST: [
        '/v3/configs/config/tokens',
        '/v3/configs/config/dynamic_secrets/dynamic_secret/leases',
        '/v3/workplace/service_accounts/service_account/*/tokens'
      ],
      any: ['/v3/auth/**', '/v3/me/mfa_recovery']
    },
    run: variables({ DOPPLER_API_HOST: '' }, ['DOPPLER_TOKEN'], ['dp.pt.', 49]),
    source:
      'DopplerHQ/cli: pkg/http/api.go, config.go; docs.doppler.com: Issue lease, Service account tokens; gitleaks/gitleaks (length of a token)'
  }),
  preset({
    service: 'neon',
    hosts: ['console.neon.tech'],
    denied: {
      // The answer to a new project or branch holds connection strings with the password.
      POST: [
        '/api/v2/api_keys',
        '/api/v2/organizations/*/api_keys',
        '/api/v2/projects',
        '/api/v2/projects/*/branches',
        '/api/v2/projects/*/branches/*/roles/**',
        '/api/v2/projects/*/branches/*/credentials',
        '/api/v2/projects/*/branches/*/auth',
        '/api/v2/projects/auth/create',
        '/api/v2/projects/auth/keys'
      ],
      any: ['/api/v2/projects/*/connection_uri', '/api/v2/projects/*/branches/*/roles/*/reveal_password']
    },
    run: variables({ NEON_API_HOST: '/api/v2' }, ['NEON_API_KEY'], ['napi_', 35]),
    source:
      'npm: @neondatabase/api-client 2.7.3; neondatabase/neonctl: index.ts. Length of a key: not found in public documents, 2026-11-30; secret scanners ask for at most 30 characters after the prefix'
  }),
  preset({
    service: 'netlify',
    hosts: ['api.netlify.com'],
    denied: {
      // The address of a hook is all that its caller needs.
      POST: ['/api/v1/oauth/**', '/api/v1/deploy_keys', '/api/v1/sites/*/*_hooks'],
      any: ['/api/v1/*/*/ai-gateway/token']
    },
    run: variables({ NETLIFY_API_URL: '/api/v1' }, ['NETLIFY_AUTH_TOKEN'], ['nfp_', 40]),
    source: 'npm: @netlify/open-api 2.60.0; netlify/cli: base-command.ts; trufflesecurity/trufflehog (length)'
  }),
  preset({
    service: 'postman',
    hosts: ['api.getpostman.com'],
    scheme: { kind: 'header', name: 'x-api-key' },
    run: variables({ POSTMAN_API_BASE_URL: '' }, ['POSTMAN_API_KEY'], ['PMAK-', 64]),
    source:
      'postmanlabs/postman-mcp-server: postman.ts, env.ts; gitleaks/gitleaks (length of a key). Requests that create keys: not found in public documents, 2026-11-30'
  }),
  preset({
    service: 'resend',
    hosts: ['api.resend.com'],
    denied: {
      'POST PATCH': ['/api-keys/**'],
      POST: ['/webhooks', '/webhooks/*/signing-secret/**'],
      GET: ['/webhooks/*']
    },
    run: variables({ RESEND_BASE_URL: '' }, ['RESEND_API_KEY'], ['re_', 36]),
    source:
      'npm: resend 6.38.0. Length of a key: not found in its documents, 2026-11-30; secret scanners have it'
  }),
  preset({
    service: 'sendgrid',
    hosts: ['api.sendgrid.com', 'api.eu.sendgrid.com'],
    denied: {
      'POST PUT PATCH': ['/v3/api_keys/**'],
      POST: ['/v3/partners/accounts/*/sso']
    },
    source:
      'twilio/sendgrid-oai; twilio.com/docs/sendgrid: Authentication, Create API keys. A variable for the base URL: not found in public documents, 2026-11-30'
  }),
  preset({
    service: 'supabase',
    hosts: ['api.supabase.com'],
    denied: {
      POST: [
        '/v1/oauth/token',
        '/v1/projects/*/claim-token',
        '/v1/projects/*/cli/login-role',
        '/v1/projects/*/config/auth/signing-keys/**'
      ],
      'POST PUT': ['/v1/projects/*/database/jit'],
      PATCH: ['/v1/projects/*/config/auth/signing-keys/*', '/v1/projects/*/database/password'],
      // The answer of `postgrest` holds the secret that signs the tokens of a project.
      any: ['/v1/projects/*/api-keys/**', '/v1/projects/*/pgsodium', '/v1/projects/*/postgrest']
    },
    run: variables(
      { SUPABASE_API_URL: '', SUPABASE_API_BASE_URL: '' },
      ['SUPABASE_ACCESS_TOKEN'],
      ['sbp_', 44]
    ),
    source:
      'npm: supabase-management-js 2.0.2; supabase/cli: cli-config.layer.ts (its next command line alone reads the base URL), access_token.go (shape of a token)'
  })
]
