const style = `
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif;
  background: light-dark(#eef1f6, #12151b); color: light-dark(#1a2029, #e6eaf1) }
main { width: min(23rem, 100%); padding: 2rem; border: 1px solid light-dark(#d9dfe8, #2b323d);
  border-radius: 12px; background: light-dark(#fff, #1a1f28) }
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; font-weight: 600;
  color: light-dark(#48566a, #a9b6c8) }
.brand svg { width: 26px; height: 26px; color: light-dark(#2f5fc4, #8fb2ff) }
h1 { margin: 0 0 .35rem; font-size: 1.4rem; line-height: 1.25 }
p { margin: 0 0 1.25rem; color: light-dark(#4b586b, #aab5c5) }
label { display: block; margin: 0 0 .9rem; font-weight: 550 }
input { display: block; width: 100%; margin-top: .3rem; padding: .55rem .7rem; font: inherit; color: inherit;
  border: 1px solid light-dark(#8b97a8, #566274); border-radius: 7px; background: light-dark(#fff, #12161d) }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none; border: 1px solid light-dark(#dde3ec, #2e3641); border-radius: 8px }
li { padding: .5rem .75rem; font-family: ui-monospace, monospace; font-size: .875rem }
li + li { border-top: 1px solid light-dark(#e6ebf2, #2a313c) }
.buttons { display: flex; gap: .6rem; margin-top: 1.4rem }
button { flex: 1; padding: .6rem .9rem; font: inherit; font-weight: 600; cursor: pointer;
  border: 1px solid light-dark(#8b97a8, #566274); border-radius: 7px; background: none; color: inherit }
button.main { border-color: transparent; background: light-dark(#2a57b8, #8fb2ff); color: light-dark(#fff, #0d1626) }
:focus-visible { outline: 2px solid light-dark(#2a57b8, #8fb2ff); outline-offset: 2px }
`

const key = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="8" cy="15" r="4.5"/><path d="M11.3 11.7L20 3m-3.5 3.5L20 10"/></svg>`

export function page(provider: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in</title><style>${style}</style></head>
<body><main><div class="brand">${key}<span>${escape(provider)}</span></div>
${content}
</main></body></html>
`
}

/** This button belongs to a form of its own, so that the Enter key in a field presses the other button. */
const cancelButton = '<button name="choice" value="cancel" form="cancel">Cancel</button>'

function cancelForm(action: string, prompt: string): string {
  return `<form id="cancel" method="post" action="${escape(action)}"><input type="hidden" name="prompt" value="${prompt}"></form>`
}

/** The sign-in page. `action` is the address of the form. */
export function loginPage(provider: string, action: string, hint: string): string {
  return page(
    provider,
    `<h1>Sign in</h1><p>to go on to Latchkey</p>
<form method="post" action="${escape(action)}">
<input type="hidden" name="prompt" value="login">
<label>Login <input name="login" autocomplete="username" value="${escape(hint)}" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<div class="buttons">${cancelButton}<button class="main" name="choice" value="go">Sign in</button></div>
</form>${cancelForm(action, 'login')}`
  )
}

/** The page that asks for consent to the request of the client. */
export function consentPage(
  provider: string,
  action: string,
  asked: { login: string; scopes: string[] }
): string {
  const items = asked.scopes.map((scope) => `<li>${escape(scope)}</li>`).join('')
  return page(
    provider,
    `<h1>Allow access</h1><p>Latchkey wants to use the account of ${escape(asked.login)}:</p>
<ul aria-label="Scopes">${items}</ul>
<form method="post" action="${escape(action)}">
<input type="hidden" name="prompt" value="consent">
<div class="buttons">${cancelButton}<button class="main" name="choice" value="go" autofocus>Allow</button></div>
</form>${cancelForm(action, 'consent')}`
  )
}

export function errorPage(provider: string, error: string): string {
  return page(provider, `<h1>That did not work</h1><p>${escape(error)}</p>`)
}

export function escape(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;'
  }
  return text.replace(/[&<>"']/g, (character) => names[character] ?? '')
}
