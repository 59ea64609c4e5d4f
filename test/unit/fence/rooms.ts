// Which room of the code may import which: the one place where it is written. The table of ARCHITECTURE.md is made from it.

export type Room = {
  /** A folder, or one file. The longest path that a file begins with is its room. */
  readonly path: string
  readonly holds: string
  /** Other rooms, `node:*`, and packages. A room may always import itself. */
  readonly imports: readonly string[]
  /** An import that the room must not have, which a test plants in it. */
  readonly never: string
}

const renderer = ['react', 'react-dom', '@base-ui/react', 'lucide-react', '@tanstack/react-virtual', 'qr']

const ofTheVault = [
  'src-main/home',
  'src-main/storage',
  'src-main/oauth',
  'src-main/core',
  'src-main/config.ts',
  'src-shared',
  'node:*',
  'valibot'
]

export const rooms: readonly Room[] = [
  {
    path: 'src-shared',
    holds: 'the contract of every door: requests, events, problems, the words of states',
    imports: ['valibot'],
    never: 'node:fs'
  },
  {
    path: 'src-socket',
    holds:
      'the protocol of the socket, for both ends: its place, frames, the handshake, a client’s connection',
    imports: ['src-shared', 'node:*'],
    never: 'valibot'
  },
  {
    path: 'src-main/core',
    holds:
      'pure rules, and the answer to every request (`requests/`); no Node, no DOM, no timer, no network: they come through `ports.ts`',
    imports: ['src-shared'],
    never: 'valibot'
  },
  {
    path: 'src-main/storage',
    holds: 'the secure store, its backends, the catalog, the repository of credentials',
    imports: ['src-main/core', 'src-shared', 'node:*', 'valibot'],
    never: 'src-main/oauth/oauth-client.ts'
  },
  {
    path: 'src-main/storage/keychain',
    holds: 'the keychain behind a helper process',
    imports: [
      'src-main/storage',
      'src-main/core',
      'src-shared',
      'node:*',
      'valibot',
      '@napi-rs/keyring',
      'koffi'
    ],
    never: 'electron'
  },
  {
    path: 'src-main/storage/backends',
    holds: 'every other store: encrypted files, SOPS, plain files, a store of one’s own',
    imports: [
      'src-main/storage',
      'src-main/core',
      'src-shared',
      'node:*',
      'valibot',
      'age-encryption',
      'yaml'
    ],
    never: '@napi-rs/keyring'
  },
  {
    path: 'src-main/storage/files',
    holds: 'private, durable files; reading JSON and YAML within bounds',
    imports: ['src-main/core', 'src-shared', 'node:*', 'yaml'],
    never: 'src-main/storage/catalog/catalog.ts'
  },
  {
    path: 'src-main/storage/transfer',
    holds: 'exports sealed by age; reading the files of other tools',
    imports: [
      'src-main/storage',
      'src-main/core',
      'src-shared',
      'node:*',
      'valibot',
      'age-encryption',
      '@noble/ciphers'
    ],
    never: 'yaml'
  },
  {
    path: 'src-main/oauth',
    holds: 'the client of providers: flows, loopback listener, discovery, MCP, Supabase Auth, provider rows',
    imports: ['src-main/core', 'src-shared', 'node:*', 'valibot', 'openid-client'],
    never: 'src-main/storage/files/atomic-file.ts'
  },
  {
    path: 'src-main/oauth/provider-rows',
    holds: 'what services do otherwise than the standards, as data over one base row',
    imports: ['src-main/core'],
    never: 'src-main/oauth/metadata/discovery.ts'
  },
  {
    path: 'src-main/config.ts',
    holds: 'the settings as rows; the only reader of environment and argv',
    imports: ['src-shared', 'node:*'],
    never: 'src-main/core/secret.ts'
  },
  {
    path: 'src-main/home',
    holds: 'a data folder: its layout, opened, or looked at from outside',
    imports: ['src-main/storage', 'src-main/core', 'src-main/config.ts', 'src-shared', 'node:*'],
    never: 'src-main/oauth/oauth-client.ts'
  },
  {
    path: 'src-main/broker',
    holds: 'use without seeing: the server of the socket, and the sender of requests with credentials',
    imports: [
      'src-main/core',
      'src-main/storage/files',
      'src-socket',
      'src-shared',
      'node:*',
      'valibot',
      'koffi'
    ],
    never: 'openid-client'
  },
  {
    path: 'src-main/vault',
    holds:
      '`createVault()` and what it wires: services, sign-ins, stores, doctor, views, transfer, use by other programs',
    imports: ['src-main/broker', 'src-socket', ...ofTheVault],
    never: 'src-main/shell/tray.ts'
  },
  {
    path: 'src-main/outside',
    holds: 'what is read of a home without opening it',
    imports: ['src-main/vault', ...ofTheVault],
    never: 'electron'
  },
  {
    path: 'src-main/serve.ts',
    holds: 'the composition root of a vault without windows, for plain Node',
    imports: ['src-main/vault', ...ofTheVault],
    never: 'src-main/shell/tray.ts'
  },
  {
    path: 'src-main/command-line.ts',
    holds: 'the composition root of the command line, for plain Node',
    imports: [
      'src-cli',
      'src-main/serve.ts',
      'src-main/outside',
      'src-main/vault',
      'src-main/home',
      'src-main/storage',
      'src-main/config.ts',
      'src-shared',
      'node:*'
    ],
    never: 'src-main/shell/tray.ts'
  },
  {
    path: 'src-main/client.ts',
    holds: 'the composition root of the client for programs (`latchkey/client`), for plain Node',
    imports: ['src-client', 'src-cli', 'src-main/home', 'src-main/config.ts', 'src-shared', 'node:*'],
    never: 'src-main/vault/vault.ts'
  },
  {
    path: 'src-main/shell',
    holds: 'all of Electron: windows, dialogs, IPC, `app://`, tray',
    imports: ['src-main/core', 'src-shared', 'node:*', 'electron', 'valibot', 'dbus-native'],
    never: 'src-main/vault/vault.ts'
  },
  {
    path: 'src-main/main.ts',
    holds: 'the composition root for Electron',
    imports: [
      'src-main/vault',
      'src-main/home',
      'src-main/shell',
      'src-main/storage',
      'src-main/core',
      'src-main/config.ts',
      'src-shared',
      'node:*',
      'electron'
    ],
    never: 'src-main/outside/doctor.ts'
  },
  {
    path: 'src-preload',
    holds: 'the four bridges: `window.vault`, `window.signIn`, `window.approval` and `window.shown`',
    imports: ['src-shared', 'electron'],
    never: 'node:fs'
  },
  {
    path: 'src-renderer',
    holds: 'React: a folder for each feature, texts in `text/`, parts in `ui/`',
    imports: ['src-shared', 'valibot', ...renderer],
    never: 'electron'
  },
  {
    path: 'src-cli',
    holds: 'the commands: a table of them, and a folder for each topic',
    imports: ['src-socket', 'src-shared', 'node:*'],
    never: 'src-main/vault/vault.ts'
  },
  {
    path: 'src-cli/setup',
    holds: 'the configuration of other tools as text: with Latchkey in it, and without',
    imports: ['src-cli', 'src-socket', 'src-shared', 'node:*', 'yaml'],
    never: 'src-main/vault/vault.ts'
  },
  {
    path: 'src-cli/mcp',
    holds:
      'the server of agents (MCP), its tools, and what stands before a remote server; loaded by `mcp` and `mcp-proxy` alone',
    imports: [
      'src-cli',
      'src-socket',
      'src-shared',
      'node:*',
      'valibot',
      '@modelcontextprotocol/server',
      '@modelcontextprotocol/client',
      '@valibot/to-json-schema'
    ],
    never: 'src-main/vault/vault.ts'
  },
  {
    path: 'src-client',
    holds: 'the client for programs: its face, which looks like `fetch`, and its errors',
    imports: ['src-cli', 'src-socket', 'src-shared', 'node:*'],
    never: 'valibot'
  }
]

/** The room of a file; null: it is in none. */
export function roomOf(file: string): Room | null {
  const around = rooms.filter(({ path }) => file === path || file.startsWith(`${path}/`))
  return around.toSorted((one, other) => other.path.length - one.path.length)[0] ?? null
}

/** The rooms as the table of ARCHITECTURE.md. */
export function roomTable(): string {
  const rows = rooms.map(({ path, holds, imports }) => [
    `\`${path}${path.endsWith('.ts') ? '' : '/'}\``,
    holds,
    imports.map((name) => `\`${name.replace(/^src-main\//, '')}\``).join(', ')
  ])
  const all = [['room', 'holds', 'may import, beside itself'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  )
  return lines.toSpliced(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`).join('\n')
}
