import type { ApiKeyProvider } from '../../core/provider.ts'
import { keyRow } from './base.ts'

/** Keys of services that run models, or search for them. */
export const modelKeyRows: readonly ApiKeyProvider[] = [
  keyRow({
    id: 'openai',
    name: 'OpenAI',
    allowedHosts: ['api.openai.com'],
    keyPrefixes: ['sk-'],
    help: 'https://platform.openai.com/api-keys',
    source: 'developers.openai.com: API keys; platform.openai.com'
  }),
  keyRow({
    id: 'anthropic',
    name: 'Anthropic',
    allowedHosts: ['api.anthropic.com'],
    keyPrefixes: ['sk-ant-'],
    help: 'https://platform.claude.com/settings/keys',
    source: 'platform.claude.com/docs: Get your API key'
  }),
  keyRow({
    id: 'huggingface',
    name: 'Hugging Face',
    allowedHosts: ['huggingface.co'],
    keyPrefixes: ['hf_'],
    help: 'https://huggingface.co/settings/tokens',
    source: 'huggingface.co/docs/hub: User access tokens'
  }),
  keyRow({
    id: 'gemini',
    name: 'Google Gemini',
    allowedHosts: ['generativelanguage.googleapis.com'],
    // New keys begin with `AQ.`; older keys work for a while longer.
    keyPrefixes: ['AQ.', 'AIza'],
    help: 'https://aistudio.google.com/apikey',
    source: 'ai.google.dev: Using Gemini API keys; discuss.ai.google.dev 170415'
  }),
  keyRow({
    id: 'groq',
    name: 'Groq',
    allowedHosts: ['api.groq.com'],
    keyPrefixes: ['gsk_'],
    help: 'https://console.groq.com/keys',
    source: 'console.groq.com/docs: Quickstart; ngrok.com/docs: Groq (first letters)'
  }),
  keyRow({
    id: 'openrouter',
    name: 'OpenRouter',
    allowedHosts: ['openrouter.ai'],
    keyPrefixes: ['sk-or-'],
    help: 'https://openrouter.ai/settings/keys',
    source: 'openrouter.ai/docs: Authentication, Get current API key'
  }),
  keyRow({
    id: 'perplexity',
    name: 'Perplexity',
    allowedHosts: ['api.perplexity.ai'],
    keyPrefixes: ['pplx-'],
    help: 'https://console.perplexity.ai',
    source:
      'docs.perplexity.ai: Quickstart, Rate limits (the console). First letters: not found in its documents, 2026-11-21'
  }),
  keyRow({
    id: 'replicate',
    name: 'Replicate',
    allowedHosts: ['api.replicate.com'],
    keyPrefixes: ['r8_'],
    help: 'https://replicate.com/account/api-tokens',
    source: 'replicate.com/docs: API tokens'
  }),
  keyRow({
    id: 'tavily',
    name: 'Tavily',
    allowedHosts: ['api.tavily.com'],
    keyPrefixes: ['tvly-'],
    help: 'https://app.tavily.com/home',
    source: 'docs.tavily.com: Introduction, Quickstart'
  }),
  keyRow({
    id: 'xai',
    name: 'xAI',
    allowedHosts: ['api.x.ai'],
    keyPrefixes: ['xai-'],
    help: 'https://console.x.ai/team/default/api-keys',
    source:
      'docs.x.ai: Getting started. First letters: not found in its documents, 2026-11-21; programs that check keys have them'
  })
]
