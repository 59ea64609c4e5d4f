import type { ApiKeyProvider } from '../../core/provider.ts'
import { keyRow } from './base.ts'

/** Keys of hosting, payment, mail and tools. */
export const developerKeyRows: readonly ApiKeyProvider[] = [
  keyRow({
    id: 'github-token',
    name: 'GitHub token',
    allowedHosts: ['api.github.com', 'github.com', 'uploads.github.com'],
    keyPrefixes: ['github_pat_', 'ghp_'],
    help: 'https://github.com/settings/tokens',
    source:
      'docs.github.com: Managing your personal access tokens; github.blog changelog 2021-03-31 (token formats)'
  }),
  keyRow({
    id: 'gitlab',
    name: 'GitLab',
    allowedHosts: ['gitlab.com'],
    keyPrefixes: ['glpat-'],
    help: 'https://gitlab.com/-/user_settings/personal_access_tokens',
    source: 'docs.gitlab.com: Personal access tokens, Token prefixes'
  }),
  keyRow({
    id: 'stripe',
    name: 'Stripe',
    allowedHosts: ['api.stripe.com'],
    keyPrefixes: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_org_live_', 'sk_org_test_'],
    help: 'https://dashboard.stripe.com/apikeys',
    source:
      'docs.stripe.com: API keys. The first letters of keys of organizations come from programs that read them, not from its documents, 2026-11-21'
  }),
  keyRow({
    id: 'npm',
    name: 'npm',
    allowedHosts: [], // the registry is the person's own choice, public or private
    keyPrefixes: ['npm_'],
    help: 'https://docs.npmjs.com/creating-and-viewing-access-tokens',
    source: 'docs.npmjs.com: About access tokens (granular ones only, since November 2025)'
  }),
  keyRow({
    id: 'slack',
    name: 'Slack',
    allowedHosts: ['slack.com'],
    keyPrefixes: ['xoxb-', 'xoxp-'],
    help: 'https://api.slack.com/apps',
    source: 'docs.slack.dev: Tokens'
  }),
  keyRow({
    id: 'sentry',
    name: 'Sentry',
    allowedHosts: ['sentry.io'],
    // Tokens of an organization and of a person.
    keyPrefixes: ['sntrys_', 'sntryu_'],
    help: 'https://sentry.io/settings/auth-tokens/',
    source: 'docs.sentry.io: Auth tokens'
  }),
  keyRow({
    id: 'linear',
    name: 'Linear',
    allowedHosts: ['api.linear.app'],
    keyPrefixes: ['lin_api_'],
    help: 'https://linear.app/settings/account/security',
    source: 'linear.app/docs: API and webhooks; docs.sim.ai: Linear API keys'
  }),
  keyRow({
    id: 'notion',
    name: 'Notion',
    allowedHosts: ['api.notion.com'],
    keyPrefixes: ['ntn_', 'secret_'],
    help: 'https://www.notion.so/profile/integrations',
    source: 'developers.notion.com: Authorization; docs.airbyte.com: Notion (first letters)'
  }),
  keyRow({
    id: 'figma',
    name: 'Figma',
    allowedHosts: ['api.figma.com'],
    keyPrefixes: ['figd_'],
    help: 'https://www.figma.com/settings',
    source:
      'developers.figma.com: Personal access tokens. First letters: not found in its documents, 2026-11-21; secret scanners have them'
  }),
  keyRow({
    id: 'cloudflare',
    name: 'Cloudflare',
    allowedHosts: ['api.cloudflare.com'],
    keyPrefixes: ['cfut_', 'cfat_', 'cfk_'],
    help: 'https://dash.cloudflare.com/profile/api-tokens',
    source: 'developers.cloudflare.com: Token formats'
  }),
  keyRow({
    id: 'digitalocean',
    name: 'DigitalOcean',
    allowedHosts: ['api.digitalocean.com'],
    keyPrefixes: ['dop_v1_'],
    help: 'https://cloud.digitalocean.com/account/api/tokens',
    source:
      'docs.digitalocean.com: Create a personal access token; gitlab.com/gitlab-org/security-products/analyzers/secrets 178 (first letters)'
  }),
  keyRow({
    id: 'doppler',
    name: 'Doppler',
    allowedHosts: ['api.doppler.com'],
    keyPrefixes: ['dp.pt.', 'dp.st.', 'dp.sa.', 'dp.ct.'],
    help: 'https://dashboard.doppler.com/workplace/tokens',
    source: 'docs.doppler.com: API, Service tokens; nango.dev: Doppler (first letters)'
  }),
  keyRow({
    id: 'neon',
    name: 'Neon',
    allowedHosts: ['console.neon.tech'],
    keyPrefixes: ['napi_'],
    help: 'https://console.neon.tech/app/settings/api-keys',
    source:
      'neon.com/docs: Manage API keys. First letters: not found in its documents, 2026-11-21; public examples of keys have them'
  }),
  keyRow({
    id: 'netlify',
    name: 'Netlify',
    allowedHosts: ['api.netlify.com'],
    keyPrefixes: ['nfp_'],
    help: 'https://app.netlify.com/user/applications',
    source:
      'docs.netlify.com: Get started with the Netlify API. First letters: not found in its documents, 2026-11-21; secret scanners have them'
  }),
  keyRow({
    id: 'postman',
    name: 'Postman',
    allowedHosts: ['api.getpostman.com'],
    keyPrefixes: ['PMAK-'],
    help: 'https://go.postman.co/settings/me/api-keys',
    source:
      'learning.postman.com: Generate and use Postman API keys. First letters: not found in its documents, 2026-11-21; public examples of keys have them'
  }),
  keyRow({
    id: 'resend',
    name: 'Resend',
    allowedHosts: ['api.resend.com'],
    keyPrefixes: ['re_'],
    help: 'https://resend.com/api-keys',
    source: 'resend.com/docs: API keys'
  }),
  keyRow({
    id: 'sendgrid',
    name: 'SendGrid',
    allowedHosts: ['api.sendgrid.com', 'api.eu.sendgrid.com'],
    keyPrefixes: ['SG.'],
    help: 'https://app.sendgrid.com/settings/api_keys',
    source: 'twilio.com/docs/sendgrid: API keys (also the host of the EU)'
  }),
  keyRow({
    id: 'supabase',
    name: 'Supabase',
    allowedHosts: ['api.supabase.com'],
    keyPrefixes: ['sbp_'],
    help: 'https://supabase.com/dashboard/account/tokens',
    source: 'supabase.com/docs: Personal access tokens (those with scopes begin with the same letters)'
  })
]
