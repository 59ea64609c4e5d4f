import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CIPHERS, DIGESTS } from '../../electron-host/src/boringssl.ts'
import { OWN_PAGE_PREFERENCES } from '../../src-main/shell/web-contents-guard.ts'

const sources = new Map<string, string>()
for await (const file of glob('src-*/**/*.{ts,tsx}')) {
  if (!file.includes('.test.')) sources.set(file.replaceAll('\\', '/'), readFileSync(file, 'utf8'))
}

/** Files in which the pattern occurs. */
const filesWith = (pattern: RegExp): string[] =>
  [...sources]
    .filter(([, text]) => pattern.test(text))
    .map(([file]) => basename(file))
    .toSorted()

describe('the rules of the Electron security checklist', () => {
  it('hold in the preferences of every page', () => {
    expect(OWN_PAGE_PREFERENCES).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true
    })
  })

  it('hold because every page is made with those preferences', () => {
    const makers = [...sources.values()].flatMap(
      (text) => text.match(/new (BrowserWindow|WebContentsView)\(/g) ?? []
    )
    const uses = [...sources.values()].flatMap(
      (text) => text.match(/webPreferences: \{ \.\.\.OWN_PAGE_PREFERENCES/g) ?? []
    )
    expect(makers.length).toBeGreaterThan(2)
    expect(uses).toHaveLength(makers.length)
  })

  it.each<[string, RegExp, string[]]>([
    ['opens the browser', /shell\.openExternal/, ['electron-ports.ts']],
    [
      'makes a main window',
      /new BrowserWindow\(/,
      ['approval-windows.ts', 'main-window.ts', 'secret-window.ts']
    ],
    ['makes views', /new WebContentsView\(/, ['provider-view.ts', 'strip-view.ts']],
    ['registers IPC handlers', /ipcMain\.handle|\.handle\(service\.channel/, ['ipc-server.ts']],
    [
      'speaks ipcRenderer',
      /ipcRenderer\./,
      ['approval-preload.ts', 'preload.ts', 'secret-preload.ts', 'sign-in-preload.ts']
    ],
    ['sends to a page', /[cC]ontents\.send\(/, ['approval-windows.ts', 'ipc-server.ts', 'strip-view.ts']],
    ['loads the keychain module', /import\(['"]@napi-rs\/keyring['"]\)/, ['keyring-module.ts']],
    [
      'imports the OAuth library',
      /from 'openid-client'/,
      [
        'code-flow.ts',
        'device-authorization.ts',
        'oauth-context.ts',
        'refresh-grant.ts',
        'revocation.ts',
        'token-check.ts'
      ]
    ],
    [
      'reads the environment',
      /process\.env\b/,
      [
        'agents.ts',
        'beside-tools.ts',
        'command-line.ts',
        'config.ts',
        'helper.ts',
        'host-file.ts',
        'keychain-client.ts',
        'keychain-helper.ts',
        'main.ts',
        'message-bus.ts',
        'open-page.ts',
        'run-secret.ts',
        'run.ts',
        'serve.ts',
        'setup.ts',
        'tool.ts',
        'vault-client.ts'
      ]
    ]
  ])('hold because only these files: %s', (_what, pattern, files) => {
    expect(filesWith(pattern)).toEqual(files)
  })

  it('hold because a listener that throws decides against, wherever one guards', () => {
    const events =
      'will-navigate|will-redirect|will-frame-navigate|will-attach-webview|will-download|login|select-client-certificate|certificate-error'
    const guards = [...sources].flatMap(([file, text]) =>
      [...text.matchAll(new RegExp(`\\.on\\(\\s*'(${events})',\\s*(\\w+)`, 'g'))].map(
        ([, event, listener]) => ({ at: `${basename(file)}: ${event}`, listener, text })
      )
    )
    const open = guards.filter(
      ({ listener, text }) => listener !== 'guarding' && !text.includes(`const ${listener} = guarding(`)
    )
    expect(guards.length).toBeGreaterThan(8)
    expect(open.map(({ at }) => at)).toEqual([])
  })

  it('hold with the algorithms of BoringSSL, which Electron is built on', () => {
    const main = [...sources].filter(([file]) => file.startsWith('src-main/')).map(([, text]) => text)
    const named = (pattern: RegExp): string[] =>
      main.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name))
    const ciphers = named(/ALGORITHM = '([^']+)'/g)
    const digests = named(/\b(?:createHash|createHmac|hash)\('([^']+)'/g)
    expect([ciphers.length, digests.length].map((found) => found > 2)).toEqual([true, true])
    expect(named(/create(?:Dec|C)ipheriv\((?!ALGORITHM\b)(\w*)/g)).toEqual([])
    expect(ciphers.filter((name) => !CIPHERS.includes(name))).toEqual([])
    expect(digests.filter((name) => !DIGESTS.includes(name))).toEqual([])
  })

  it('hold because what may be gone is asked for once: the page of a view, where the view is made', () => {
    const reads = [...sources].flatMap(([file, text]) =>
      (text.match(/(?<!`)\bview\.webContents\b/g) ?? []).map(() => basename(file))
    )
    expect(reads).toEqual(['provider-view.ts', 'strip-view.ts'])
  })

  it.each([
    ['webSecurity off', /webSecurity: false/],
    ['experimental features', /experimentalFeatures|enableBlinkFeatures/],
    ['remote content in our window', /loadURL\(['"`]http/],
    ['HTML from text', /dangerouslySetInnerHTML|\.innerHTML/],
    ['the console', /\bconsole\.(log|debug|info|warn|error)\b/],
    ['a crash reporter', /crashReporter/],
    // A page of a custom scheme has another address, no cookies and no workers; the stand-in shows it as an
    // https page.
    ['the address of a page', /\blocation\.|document\.(domain|referrer|URL|baseURI)/],
    ['cookies and service workers of a page', /document\.cookie|serviceWorker/]
  ])('hold because no source uses %s', (_what, pattern) => {
    expect(filesWith(pattern)).toEqual([])
  })
})
