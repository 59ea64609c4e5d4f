import type { BackendId } from '#shared/credential.ts'
import { count } from './locale.ts'

export const listText = {
  pane: 'List',
  grid: 'Credentials',
  search: 'Search',
  searchHint: 'Service, account, scope or status. Also status:expired, provider:github, scope:repo.',
  clearSearch: 'Clear search',
  removeFilter: (filter: string) => `Remove filter ${filter}`,
  sortBy: (order: string) => `Sort by: ${order}`,
  sortHeading: 'Sort by',
  orders: {
    attention: 'Attention',
    expiry: 'Expiry',
    name: 'Name',
    used: 'Recently used',
    added: 'Added'
  },
  groups: { attention: 'Needs attention', expiring: 'Expiring soon', working: 'Working' },
  kindTags: { 'api-key': 'API key', aws: 'AWS keys', mcp: 'MCP', extension: 'Extension' },
  moreScopes: (n: number) => `+${n}`,
  row: (name: string, account: string, status: string, when: string) =>
    `${name}, ${account}, ${status}, ${when}`,
  shown: (n: number) => count(n, { one: '{n} credential', other: '{n} credentials' }),
  refreshAllDone: (refreshed: number) =>
    count(refreshed, { one: '{n} sign-in refreshed', other: '{n} sign-ins refreshed' }),
  refreshAllFailed: (failed: number) => count(failed, { one: '{n} failed', other: '{n} failed' }),
  refreshed: (name: string) => `${name} refreshed`,
  accountCopied: (account: string) => `Copied ${account}`
} as const

export const railText = {
  label: 'Views',
  views: { all: 'All', attention: 'Needs attention', expiring: 'Expiring soon' },
  kinds: 'Kind',
  kind: {
    oauth: 'Sign-ins',
    'api-key': 'API keys',
    aws: 'AWS keys',
    mcp: 'MCP servers',
    extension: 'Extension secrets'
  },
  providers: 'Several accounts',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  heading: (view: string) => `Credentials: ${view}`,
  storage: {
    healthy: (label: string) => `${label}, healthy`,
    degraded: (label: string) => `${label}, weaker`,
    locked: (label: string) => `${label}, locked`,
    unavailable: () => 'No place to keep secrets'
  }
} as const

export const screenText = {
  emptyTitle: 'Keep your sign-ins in one place',
  emptyBody:
    'Latchkey keeps tokens and API keys on this computer, refreshes the tokens, and tells you when one needs you.',
  emptyStorage: (label: string) => `Your secrets will be kept in ${label}`,
  emptyStorageNone: 'No place to keep secrets yet',
  emptyChecked: 'Checked',
  emptyLook: 'Look',
  emptyAdd: 'Add your first service',
  emptyStart: 'Start with',
  noMatchTitle: 'Nothing matches',
  noMatch: (query: string) => `No credential matches “${query}”.`,
  noMatchView: 'There is nothing in this view.',
  clear: 'Clear search',
  showAll: 'Show all',
  loading: 'Loading credentials',
  failedTitle: 'The list could not be loaded',
  failedMeans: 'Your credentials are untouched; only this window could not read them.',
  lockedTitle: (label: string) => `${label} is locked`,
  lockedBody: 'Latchkey shows nothing until it is unlocked. Your credentials are untouched.',
  unlock: 'Unlock',
  unlocking: 'Unlocking…'
} as const

export const storageText = {
  title: 'Where secrets are kept',
  store: 'Store',
  state: 'State',
  states: { healthy: 'Healthy', degraded: 'Weaker', locked: 'Locked', unavailable: 'Not available' },
  none: 'None',
  means: {
    healthy: 'Secrets are kept by the keychain of this computer. Latchkey writes none into its own files.',
    degraded:
      'Secrets are kept in files sealed by a key that lies beside them. Anyone who can read your files can open them.',
    locked: 'The keychain is available but locked. Unlock it, then check again.',
    unavailable:
      'Latchkey can’t store credentials until a keychain answers. Stored credentials are untouched.'
  },
  checkAgain: 'Check again',
  checking: 'Checking…',
  checked: (state: string) => `Checked: ${state}`,
  allowFiles: 'Allow encrypted files',
  allowFilesMeans:
    'When no keychain answers, secrets are kept in files sealed by a key that lies beside them. Weaker than a keychain.',
  unencrypted: 'UNENCRYPTED',
  kept: {
    healthy: {
      'encrypted-file':
        'Secrets are kept in files sealed with your passphrase. Latchkey asks for it at every start; without it the files stay closed.',
      sops: 'Secrets are kept in SOPS files that open with your age key file. Keep a copy of that file.',
      custom: 'Secrets are kept in a store of your own. That store decides how safe they are.'
    },
    degraded: {
      memory:
        'Secrets are kept in memory only: they END when Latchkey ends, and your other programs do not see them.',
      'plain-file':
        'Secrets are stored as plain text. Anyone who can read the folder, a backup of it or the disk can read them.'
    }
  } as Readonly<Record<'healthy' | 'degraded', Readonly<Partial<Record<BackendId, string>>>>>,
  bannerDegraded: {
    'encrypted-file':
      'Secrets are in files whose key lies beside them, which is weaker than a keychain or a passphrase.',
    memory: 'Secrets are in memory only. They END when Latchkey ends.',
    'plain-file': 'Secrets are stored as plain text: anyone who can read the files can read them.'
  } as Readonly<Partial<Record<BackendId, string>>>,
  bannerWeaker: 'Secrets are kept in a weaker way than usual.',
  bannerUnavailable: 'Latchkey can’t store new credentials until a keychain answers.',
  look: 'Look closer',
  hide: 'Hide until the next start',
  backends: {
    keychain: 'Keychain',
    'encrypted-file': 'Encrypted files',
    memory: 'Memory only',
    'plain-file': 'Plain files, not encrypted',
    sops: 'SOPS files',
    custom: 'A store of your own'
  }
} as const
