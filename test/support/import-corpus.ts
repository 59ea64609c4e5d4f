/** One file as a person may have it, and its content. */
export type CorpusFile = {
  readonly name: string
  readonly fileName: string
  readonly text: string
  /** Every secret in it, as it stands in the text. */
  readonly secrets: readonly string[]
  /** Text that is not a secret and must still be there after secrets are taken out. */
  readonly beside: readonly string[]
  /** True: all of it is one entry, so that one sentence names every secret in it. */
  readonly isOneEntry: boolean
}

let count = 0
/** A secret that no other file has. */
function newSecret(prefix = ''): string {
  count += 1
  return `${prefix}s3cr3t${String(count).padStart(4, '0')}abcdefghij0123456789`
}

type Made = Omit<CorpusFile, 'name' | 'fileName'>
type Write = (
  one: string,
  other: string
) => string | { readonly text: string; readonly beside?: readonly string[]; readonly isOneEntry?: true }

/** Makes a file of two secrets; a secret that is not in the text does not count. */
function made(write: Write): Made {
  const pair = [newSecret(), newSecret()] as const
  const written = write(...pair)
  const { text, beside = [], isOneEntry = false } = typeof written === 'string' ? { text: written } : written
  return { text, beside, isOneEntry, secrets: pair.filter((secret) => text.includes(secret)) }
}

const env: Readonly<Record<string, Write>> = {
  plain: (a, b) => `A_KEY=${a}\nB_TOKEN=${b}\n`,
  'without a last line end': (a, b) => `A_KEY=${a}\nB_TOKEN=${b}`,
  exported: (a, b) => `export A_KEY=${a}\n  export B_TOKEN="${b}"\n`,
  'quoted in three ways': (a, b) => `A_KEY='${a}'\nB_TOKEN="${b}"\nC_URL=\`http://x\`\n`,
  'beside settings': (a, b) => ({
    text: `PORT=3000\nA_KEY=${a}\nDEBUG=true\nB_TOKEN=${b}\n`,
    beside: ['PORT=3000', 'DEBUG=true']
  }),
  'beside comments': (a) => ({ text: `# how to get it\nA_KEY=${a}\n`, beside: ['# how to get it'] }),
  'with a comment behind': (a) => ({ text: `A_KEY=${a} # of the team\n`, beside: ['# of the team'] }),
  'with a comment behind quotes': (a) => ({
    text: `A_KEY="${a}" # of the team\n`,
    beside: ['# of the team']
  }),
  'switched off': (a, b) => ({ text: `A_KEY=${a}\n# B_KEY=${b}\n`, beside: ['# B_KEY='] }),
  'switched off alone': (a) => ({ text: `# A_KEY=${a}\nPORT=1\n`, beside: ['PORT=1', '# A_KEY='] }),
  'with a hash in it': (a, b) => `A_KEY=${a}#${b}\n`,
  'with a hash and words': (a) => `A_KEY=${a}#of the team\n`,
  'that is a hash': (a) => `A_KEY=#${a}\n`,
  'with an open quote': (a, b) => `A_KEY="${a}\nB_KEY=${b}\n`,
  'with an open single quote': (a, b) => `A_KEY='${a}\nB_KEY=${b}\n`,
  'with a quote at the end': (a) => `A_KEY=${a}"\n`,
  'made of another': (a) => `BASE=x\nA_KEY=\${BASE}-${a}\n`,
  'made by a command': (a) => `A_KEY=$(pass show ${a})\n`,
  'that is another': (a) => `MY_TOKEN=${a}\nA_KEY=$MY_TOKEN\n`,
  'with a dollar': (a) => `A_PASSWORD=${a}$abc\n`,
  'with a dollar in single quotes': (a) => `A_PASSWORD='${a}$abc'\n`,
  'set twice': (a, b) => `A_KEY=${a}\nA_KEY=${b}\n`,
  'set twice alike': (a) => `A_KEY=${a}\nA_KEY=${a}\n`,
  'with a word behind KEY': (a, b) => `A_API_KEY_PROD=${a}\nB_SECRET_LIVE=${b}\n`,
  'with a number behind PASSWORD': (a, b) => `DB_PASSWORD_1=${a}\nDB_PASSWORD_2=${b}\n`,
  'with a word before': (a) => `TOKEN_ACME=${a}\n`,
  'about a secret': (a) => ({
    text: `TOKEN_URL=https://x.example/t\nA_TOKEN=${a}\n`,
    beside: ['TOKEN_URL=']
  }),
  'inside an address': (a, b) => `DATABASE_URL=postgres://u:${a}@h/d\nA_KEY=${b}\n`,
  'of several lines': (a, b) =>
    `PEM_KEY="-----BEGIN PRIVATE KEY-----\n${a}\n-----END PRIVATE KEY-----"\nA_KEY=${b}\n`,
  'with a line that is no setting': (a, b) => `A_KEY=${a}\n${b}\n`,
  'with carriage returns': (a, b) => ({
    text: `# x\r\nA_KEY=${a}\r\nPORT=1\r\nB_KEY=${b}\r\n`,
    beside: ['# x', 'PORT=1']
  }),
  'with a byte order mark': (a) => `\uFEFFA_KEY=${a}\n`,
  'with blank lines': (a) => `\n\n  \nA_KEY=${a}\n\n`,
  empty: (a) => `A_KEY=\nB_KEY=${a}\n`,
  'without a service': (a) => `API_KEY=${a}\n`,
  'that looks like nothing': (a, b) => ({ text: `FOO=${a}\nA_KEY=${b}\n`, beside: ['FOO='] }),
  'in lower case': (a) => `acme_api_key=${a}\n`,
  'with spaces around': (a, b) => `A_KEY = ${a}\nB_KEY= "${b}" \n`,
  'in YAML form': (a) => `A_KEY: ${a}\n`,
  'with dots and dashes': (a) => `acme.api-key=${a}\n`
}

const gh: Readonly<Record<string, Write>> = {
  old: (a, b) =>
    `github.com:\n  user: ana\n  oauth_token: ${a}\ngit.x.example:\n  user: bo\n  oauth_token: ${b}\n`,
  new: (a, b) =>
    `github.com:\n  users:\n    ana:\n      oauth_token: ${a}\n    bo:\n      oauth_token: ${b}\n  user: ana\n`,
  both: (a, b) =>
    `github.com:\n  users:\n    ana:\n      oauth_token: ${a}\n    bo:\n      oauth_token: ${b}\n  user: ana\n  oauth_token: ${a}\n`,
  'both, which differ': (a, b) =>
    `github.com:\n  users:\n    ana:\n      oauth_token: ${a}\n  user: ana\n  oauth_token: ${b}\n`,
  'with a host twice': (a, b) =>
    `github.com:\n  user: ana\n  oauth_token: ${a}\ngithub.com:\n  user: bo\n  oauth_token: ${b}\n`,
  'with a user twice': (a, b) =>
    `github.com:\n  users:\n    ana:\n      oauth_token: ${a}\n    ana:\n      oauth_token: ${b}\n`,
  'with a token twice': (a, b) => `github.com:\n  user: ana\n  oauth_token: ${a}\n  oauth_token: ${b}\n`,
  'of two documents': (a, b) =>
    `github.com:\n  oauth_token: ${a}\n---\ngit.x.example:\n  oauth_token: ${b}\n`,
  'with an open quote': (a, b) =>
    `github.com:\n  oauth_token: "${a}\n  user: ana\ngit.x.example:\n  oauth_token: ${b}\n`,
  'with quotes that meet': (a, b) =>
    `github.com:\n  oauth_token: "${a}\n  user: ana\ngit.x.example:\n  oauth_token: ${b}"\n`,
  'with tabs': (a) => `github.com:\n\toauth_token: ${a}\n`,
  'with a list': (a) => `github.com:\n  - oauth_token: ${a}\n`,
  'with an anchor': (a) => `github.com: &x\n  oauth_token: ${a}\ngit.x.example: *x\n`,
  'with a further secret': (a, b) => `github.com:\n  user: ana\n  oauth_token: ${a}\n  client_secret: ${b}\n`,
  'with a host that is none': (a, b) =>
    `"not a host":\n  oauth_token: ${a}\ngithub.com:\n  oauth_token: ${b}\n`,
  'with a user that shows nothing': (a, b) =>
    `github.com:\n  users:\n    "\u200b":\n      oauth_token: ${a}\n    bo:\n      oauth_token: ${b}\n`,
  'with a token in the keychain': (a) =>
    `github.com:\n  user: ana\n  git_protocol: ssh\ngit.x.example:\n  oauth_token: ${a}\n`,
  'of two writings of a host': (a, b) =>
    `GitHub.com:\n  oauth_token: ${a}\ngithub.com:\n  oauth_token: ${b}\n`,
  'as JSON': (a) => `{"github.com":{"user":"ana","oauth_token":"${a}"}}`,
  'cut off': (a) => `github.com:\n  user: ana\n  oauth_token: ${a}\n  users:\n    bo: {`
}

const json: Readonly<Record<string, Write>> = {
  names: (a, b) => `{"A_KEY":"${a}","B_TOKEN":"${b}"}`,
  'names with another': (a, b) => `{"A_KEY":"${a}","port":3000,"foo":"${b}"}`,
  list: (a, b) => `[{"service":"a","key":"${a}"},{"service":"b","token":"${b}"}]`,
  'list in a field': (a, b) => `{"credentials":[{"service":"a","key":"${a}"},{"service":"b","key":"${b}"}]}`,
  'list beside a field': (a, b) => `{"credentials":[{"service":"a","key":"${a}"}],"password":"${b}"}`,
  'two lists': (a, b) => `{"keys":[{"service":"a","key":"${a}"}],"tokens":[{"service":"b","key":"${b}"}]}`,
  one: (a) => `{"service":"a","account":"x","key":"${a}"}`,
  'two secrets': (a, b) => `[{"service":"a","key":"${a}","secret":"${b}"}]`,
  'two secrets of one kind': (a, b) => `[{"service":"a","api_key":"${a}","apiKey":"${b}"}]`,
  'a secret and a refresh token': (a, b) => `[{"service":"a","token":"${a}","refresh_token":"${b}"}]`,
  'a secret inside a field': (a, b) => `[{"service":"a","key":"${a}","more":{"deep":"${b}"}}]`,
  'a secret in a list': (a, b) => `[{"service":"a","key":"${a}","more":["${b}"]}]`,
  'an unknown field': (a, b) => `[{"service":"a","key":"${a}","foo":"${b}"}]`,
  'a name twice': (a, b) => `{"A_KEY":"${a}","A_KEY":"${b}"}`,
  'a field twice': (a, b) => `[{"service":"a","key":"${a}","key":"${b}"}]`,
  'an entry twice': (a, b) => `[{"service":"a","key":"${a}"},{"service":"a","key":"${b}"}]`,
  'an entry without a service': (a, b) => `[{"key":"${a}"},{"service":"b","key":"${b}"}]`,
  'an entry of another kind': (a, b) => `["${a}",{"service":"b","key":"${b}"}]`,
  'an account turned round': (a, b) =>
    `[{"service":"a","account":"ana\u202eten.x@","key":"${a}"},{"service":"b","key":"${b}"}]`,
  'an account of nothing': (a) => `[{"service":"a","account":"\u2800","key":"${a}"}]`,
  'a key of several lines': (a) => `[{"service":"a","key":"${a}\\nx"}]`,
  'an empty key beside a secret': (a) => `[{"service":"a","key":"","secret":"${a}"}]`,
  'an expiry in seconds': (a) => `[{"service":"a","key":"${a}","expires_at":1924905600}]`,
  'an expiry in milliseconds': (a) => `[{"service":"a","key":"${a}","expiresAt":1924905600000}]`,
  'an expiry that is a day': (a) => `[{"service":"a","key":"${a}","expiry":"2031-01-01"}]`,
  'an expiry with a space': (a) => `[{"service":"a","key":"${a}","expires_at":"2031-01-01 10:00:00"}]`,
  'an expiry in words': (a) => `[{"service":"a","key":"${a}","expires_at":"next year"}]`,
  nested: (a) => `{"prod":{"A_KEY":"${a}"}}`,
  'a number': (a) => `{"A_KEY":"${a}","pin":123456}`,
  'cut off': (a) => `{"A_KEY":"${a}"`,
  'with a comment': (a) => `// mine\n{"A_KEY":"${a}"}`,
  'the wrong way round': (a) => `{"${a}":"github"}`,
  'with a byte order mark': (a) => `\uFEFF{"A_KEY":"${a}"}`,
  'of one text': (a) => `"${a}"`,
  'a token answer': (a, b) => `{"access_token":"${a}","refresh_token":"${b}"}`
}

const mcp: Readonly<Record<string, Write>> = {
  list: (a, b) =>
    `[{"serverName":"x","token":{"accessToken":"${a}","refreshToken":"${b}","tokenType":"Bearer"}}]`,
  map: (a, b) =>
    `{"x":{"token":{"accessToken":"${a}","tokenType":"Bearer"}},"y":{"token":{"accessToken":"${b}","tokenType":"Bearer"}}}`,
  'with every field': (a, b) =>
    `[{"serverName":"x","token":{"accessToken":"${a}","refreshToken":"${b}","expiresAt":1924905600000,"tokenType":"Bearer","scope":"r w"},"clientId":"c","tokenUrl":"https://x.example/t","mcpServerUrl":"https://x.example/m","updatedAt":1724905600000}]`,
  'with one that is broken': (a, b) =>
    `[{"serverName":"x","token":{"accessToken":"${a}","tokenType":"Bearer"}},{"serverName":"y","token":{"accessToken":"${b}"}}]`,
  'with a further field': (a, b) => ({
    text: `[{"serverName":"x","token":{"accessToken":"${a}","tokenType":"Bearer"},"clientSecret":"${b}"}]`,
    isOneEntry: true
  }),
  'with a server twice': (a, b) =>
    `[{"serverName":"x","token":{"accessToken":"${a}","tokenType":"Bearer"}},{"serverName":"x","token":{"accessToken":"${b}","tokenType":"Bearer"}}]`,
  'with a name twice': (a, b) =>
    `{"x":{"token":{"accessToken":"${a}","tokenType":"Bearer"}},"x":{"token":{"accessToken":"${b}","tokenType":"Bearer"}}}`,
  'with another thing beside': (a, b) =>
    `{"x":{"token":{"accessToken":"${a}","tokenType":"Bearer"}},"note":"${b}"}`
}

const remote: Readonly<Record<string, Write>> = {
  plain: (a, b) =>
    `{"access_token":"${a}","token_type":"Bearer","expires_in":3600,"refresh_token":"${b}","scope":"r"}`,
  'without a refresh token': (a) => `{"access_token":"${a}"}`,
  'with an ID token': (a, b) => `{"access_token":"${a}","id_token":"${b}"}`,
  'with a client secret': (a, b) => `{"access_token":"${a}","client_secret":"${b}"}`,
  'with a token twice': (a, b) => `{"access_token":"${a}","access_token":"${b}"}`
}

const kstlib: Readonly<Record<string, Write>> = {
  plain: (a) =>
    `{"access_token":"${a}","token_type":"Bearer","expires_at":"2031-01-01T10:00:00.123456+00:00"}`,
  'with a refresh token': (a, b) => `{"access_token":"${a}","refresh_token":"${b}"}`,
  'with seconds': (a) => `{"access_token":"${a}","expires_at":1924905600.25}`,
  'with a client secret': (a, b) => `{"access_token":"${a}","client_secret":"${b}"}`,
  'with a day': (a) => `{"access_token":"${a}","expires_at":"2031-01-01"}`,
  'that is none': (a) => `{"token":"${a}"}`
}

const llxprt: Readonly<Record<string, Write>> = {
  plain: (a) => a,
  'with a line end': (a) => `${a}\r\n`,
  'with two lines': (a, b) => ({ text: `${a}\n${b}\n`, isOneEntry: true }),
  'with a comment': (a) => `# mine\n${a}\n`
}

function filesOf(format: string, fileName: string, rows: Readonly<Record<string, Write>>): CorpusFile[] {
  return Object.entries(rows).map(([name, write]) => {
    return { name: `${format}, ${name}`, fileName, ...made(write) }
  })
}

/** Files of every format that an import reads: whole, broken, mixed, with two of everything. */
export const importCorpus: readonly CorpusFile[] = [
  ...filesOf('.env', '.env', env),
  ...filesOf('.env under another name', 'settings.txt', env),
  ...filesOf('hosts.yml', 'hosts.yml', gh),
  ...filesOf('hosts without its name', 'pasted.txt', gh),
  ...filesOf('JSON', 'keys.json', json),
  ...filesOf('MCP tokens', 'mcp-oauth-tokens.json', mcp),
  ...filesOf('mcp-remote', `${'0'.repeat(32)}_tokens.json`, remote),
  ...filesOf('kstlib', 'acme.token.json', kstlib),
  ...filesOf('llxprt', 'work.key', llxprt)
]
