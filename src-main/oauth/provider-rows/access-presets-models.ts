import type { AccessPreset } from '../../core/use/access-preset.ts'
import { preset, variables } from './access-preset-base.ts'

/** Services that run models, or search for them. */
export const modelPresets: readonly AccessPreset[] = [
  preset({
    service: 'openai',
    hosts: ['api.openai.com'],
    denied: {
      POST: [
        '/v1/organization/admin_api_keys',
        '/v1/organization/projects/*/service_accounts/**',
        '/v1/realtime/client_secrets',
        '/v1/realtime/sessions',
        '/v1/realtime/transcription_sessions',
        '/v1/chatkit/sessions'
      ]
    },
    run: variables({ OPENAI_BASE_URL: '/v1' }, ['OPENAI_API_KEY'], ['sk-', 51]),
    source: 'npm: openai 6.49.0; gitleaks/gitleaks (length of a key)'
  }),
  preset({
    service: 'anthropic',
    hosts: ['api.anthropic.com'],
    scheme: { kind: 'header', name: 'x-api-key' },
    denied: {
      POST: [
        '/v1/oauth/token',
        '/v1/tunnels/*/reveal_token',
        '/v1/tunnels/*/rotate_token',
        '/v1/organizations/federation_issuers/**',
        '/v1/organizations/federation_rules/**',
        '/v1/organizations/webhooks',
        '/v1/organizations/webhooks/*/regenerate_signing_secret'
      ],
      any: ['/v1/environments/*/work/poll']
    },
    run: variables({ ANTHROPIC_BASE_URL: '' }, ['ANTHROPIC_API_KEY'], ['sk-ant-', 108]),
    source: 'npm: @anthropic-ai/sdk 1.14.0; gitleaks/gitleaks (length of a key)'
  }),
  preset({
    service: 'gemini',
    hosts: ['generativelanguage.googleapis.com'],
    scheme: { kind: 'header', name: 'x-goog-api-key' },
    denied: { POST: ['/*/auth_tokens'] },
    run: variables({ GOOGLE_GEMINI_BASE_URL: '' }, ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], ['AIza', 39]),
    source:
      'npm: @google/genai 2.32.0; gitleaks/gitleaks (length of an older key). Length of a new key: not found in public documents, 2026-11-30'
  }),
  preset({
    service: 'groq',
    hosts: ['api.groq.com'],
    run: variables({ GROQ_BASE_URL: '' }, ['GROQ_API_KEY'], ['gsk_', 56]),
    source:
      'npm: groq-sdk 1.6.0 (no request of it creates a key); trufflesecurity/trufflehog (length of a key)'
  }),
  preset({
    service: 'openrouter',
    hosts: ['openrouter.ai'],
    denied: {
      'POST PATCH': ['/api/v1/keys/**'],
      POST: ['/api/v1/auth/keys/**', '/api/v1/oauth/token']
    },
    run: variables({ OPENROUTER_BASE_URL: '/api/v1' }, ['OPENROUTER_API_KEY'], ['sk-or-', 73]),
    source: 'npm: @openrouter/sdk 1.3.19; trufflesecurity/trufflehog (length of a key)'
  }),
  preset({
    service: 'perplexity',
    hosts: ['api.perplexity.ai'],
    denied: { POST: ['/generate_auth_token'] },
    run: variables({ PERPLEXITY_BASE_URL: '' }, ['PERPLEXITY_API_KEY'], ['pplx-', 53]),
    source:
      'npm: @perplexity-ai/perplexity_ai 0.38.5; docs.perplexity.ai: API key management; gitleaks/gitleaks (length of a key)'
  }),
  preset({
    service: 'replicate',
    hosts: ['api.replicate.com'],
    denied: { any: ['/v1/webhooks/default/secret'] },
    run: variables({ REPLICATE_BASE_URL: '' }, ['REPLICATE_API_TOKEN'], ['r8_', 40]),
    source:
      'npm: replicate 1.4.0; replicate/replicate-python: client.py (the only program that reads the base URL); trufflesecurity/trufflehog (length of a key)'
  }),
  preset({
    service: 'tavily',
    hosts: ['api.tavily.com'],
    source:
      'npm: @tavily/core 0.7.13; tavily-ai/tavily-python; docs.tavily.com: Deactivate keys (keys are made at api-key-generator.tavily.com, which gets no credential)'
  }),
  preset({
    service: 'xai',
    hosts: ['api.x.ai'],
    denied: { POST: ['/v1/realtime/client_secrets'] },
    source: 'xai-org/xai-sdk-python (takes its host from code alone); docs.x.ai: Ephemeral tokens'
  })
]
