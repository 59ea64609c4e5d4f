import { createHash } from 'node:crypto'

type Tone = 'good' | 'bad'
type Page = { readonly tone: Tone; readonly title: string; readonly text: string }

/** The pages a browser sees at the redirect URI. Fixed text: nothing of a request ever appears in them. */
const pages = {
  success: {
    tone: 'good',
    title: 'Back to Latchkey',
    text: 'Latchkey has the provider’s answer and finishes the sign-in. You can close this page.'
  },
  failure: {
    tone: 'bad',
    title: 'Not signed in',
    text: 'The provider did not allow the sign-in. Nothing was stored. You can close this page.'
  },
  foreign: {
    tone: 'bad',
    title: 'This page does not belong to a sign-in',
    text: 'Latchkey still waits for the right answer. You can close this page and return to Latchkey.'
  }
} as const satisfies Record<string, Page>

export type PageName = keyof typeof pages

const style = `
:root { color-scheme: light dark }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif;
  background: light-dark(#f5f6f8, #14171c); color: light-dark(#1b1f26, #e8ebf0) }
main { box-sizing: border-box; width: min(27rem, calc(100vw - 2rem)); padding: 2.25rem 2rem; text-align: center;
  border: 1px solid light-dark(#dfe3e9, #2c323b); border-radius: 14px; background: light-dark(#fff, #1c2027) }
svg { width: 44px; height: 44px }
.good { color: light-dark(#1a7f47, #57c98a) }
.bad { color: light-dark(#9a5b00, #e2a84b) }
h1 { margin: .75rem 0 .5rem; font-size: 1.3rem; line-height: 1.3 }
p { margin: 0; color: light-dark(#4a5260, #aab3c0) }
`

const marks: Readonly<Record<Tone, string>> = {
  good: 'M14 22.5l5.5 5.5L31 16.5',
  bad: 'M22 13v11m0 6.2v.1'
}

const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * Headers of every answer of the listener: a page loads and runs nothing, is not framed or cached, and sends
 * no referrer.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  connection: 'close'
}

export function pageHtml(name: PageName): string {
  const { tone, title, text } = pages[name]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Latchkey</title>
<style>${style}</style>
</head>
<body>
<main>
<svg class="${tone}" viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="22" cy="22" r="20"/><path d="${marks[tone]}"/></svg>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
}
