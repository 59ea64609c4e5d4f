import type { ApiKeyProvider } from '../../core/provider.ts'
import { keyRow } from './base.ts'

/** Keys of hosting, payment, mail and tools. */
export const developerKeyRows: readonly ApiKeyProvider[] = [
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
    id: 'sentry',
    name: 'Sentry',
    allowedHosts: ['sentry.io'],
    // Of an organization, and of a person.
    keyPrefixes: ['sntrys_', 'sntryu_'],
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
    help: 'https://cloud.digitalocean.com/account/api/tokens'
  }),
  keyRow({
    id: 'doppler',
    name: 'Doppler',
    allowedHosts: ['api.doppler.com'],
    keyPrefixes: ['dp.pt.', 'dp.st.'],
    help: 'https://dashboard.doppler.com/workplace/tokens'
  }),
  keyRow({
    id: 'neon',
    name: 'Neon',
    allowedHosts: ['console.neon.tech'],
    keyPrefixes: ['napi_'],
    help: 'https://console.neon.tech/app/settings/api-keys'
  }),
  keyRow({
    id: 'netlify',
    name: 'Netlify',
    allowedHosts: ['api.netlify.com'],
    keyPrefixes: ['nfp_'],
    help: 'https://app.netlify.com/user/applications'
  }),
  keyRow({
    id: 'postman',
    name: 'Postman',
    allowedHosts: ['api.getpostman.com'],
    keyPrefixes: ['PMAK-'],
    help: 'https://go.postman.co/settings/me/api-keys'
  }),
  keyRow({
    id: 'resend',
    name: 'Resend',
    allowedHosts: ['api.resend.com'],
    keyPrefixes: ['re_'],
    help: 'https://resend.com/api-keys'
  }),
  keyRow({
    id: 'sendgrid',
    name: 'SendGrid',
    allowedHosts: ['api.sendgrid.com'],
    keyPrefixes: ['SG.'],
    help: 'https://app.sendgrid.com/settings/api_keys'
  }),
  keyRow({
    id: 'supabase',
    name: 'Supabase',
    allowedHosts: ['api.supabase.com'],
    keyPrefixes: ['sbp_'],
    help: 'https://supabase.com/dashboard/account/tokens'
  })
]
