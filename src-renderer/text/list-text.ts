import type { BackendId } from '#shared/credential.ts'
import { count } from './locale.ts'

export const listText = {
  pane: 'List',
  grid: 'Credentials',
  search: 'Search',
  searchHint:
    'Name, account, scope, tag or status. Also status:expired, type:api-key, provider:github, scope:repo, tag:work, unused:90.',
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
  groupHeading: 'Group by',
  groupings: { status: 'Status', service: 'Service', kind: 'Type', none: 'None' },
  groups: {
    attention: 'Needs attention',
    favourites: 'Favourites',
    expiring: 'Expiring soon',
    working: 'Working'
  },
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
  kinds: 'Type',
  kind: {
    oauth: 'Sign-ins',
    'api-key': 'API keys',
    aws: 'AWS keys',
    mcp: 'MCP servers',
    extension: 'Extension secrets'
  },
  providers: 'Services',
  tags: 'Tags',
  activity: 'Activity',
  timeline: 'Timeline',
  doctor: 'Doctor',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  heading: (view: string) => `Credentials: ${view}`,
  storage: {
    healthy: (label: string) => `${label}, healthy`,
    degraded: (label: string) => `${label}, weaker`,
    locked: (label: string) => `${label}, locked`,
    unavailable: () => 'No keychain'
  }
} as const

export const screenText = {
  emptyTitle: 'Keep your sign-ins in one place',
  emptyBody:
    'Latchkey keeps tokens and API keys on this computer, refreshes the tokens, and tells you when one needs you.',
  emptyStorage: (label: string) => `Your secrets will be kept in ${label}`,
  emptyStorageNone: 'No keychain found',
  emptyPassphraseMeans: 'Keep secrets in encrypted files, or start your keychain and check again.',
  emptyPassphrase: 'Set a passphrase',
  emptyOther: 'Other ways…',
  emptyChecked: 'Checked',
  emptyLook: 'Fix',
  emptyAdd: 'Add your first service',
  emptyStart: 'Start with',
  noMatchTitle: 'Nothing matches',
  noMatch: (query: string) => `No credential matches “${query}”.`,
  noMatchView: 'Nothing in this view.',
  clear: 'Clear search',
  showAll: 'Show all',
  loading: 'Loading credentials',
  failedTitle: 'Couldn’t load the list',
  failedMeans: 'Your credentials are safe. Only this window couldn’t read them.',
  lockedTitle: (label: string) => `${label} is locked`,
  lockedBody: 'Unlock it to see your credentials. Nothing was changed.',
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
    healthy: 'Your computer’s keychain keeps the secrets. Latchkey’s own files hold none.',
    degraded:
      'Secrets are in files next to the key that opens them. Anyone who can read your files can open them.',
    locked: 'The keychain is available but locked. Unlock it, then check again.',
    unavailable: 'No keychain found, so nothing can be saved. Stored credentials are safe.'
  },
  checkAgain: 'Check again',
  checking: 'Checking…',
  checked: (state: string) => `Checked: ${state}`,
  allowFiles: 'Allow encrypted files',
  allowFilesMeans:
    'Without a keychain, secrets are kept in files next to the key that opens them. Weaker than a keychain.',
  unencrypted: 'UNENCRYPTED',
  kept: {
    healthy: {
      'encrypted-file': 'Secrets are in files sealed with your passphrase. You enter it at each start.',
      sops: 'Secrets are in SOPS files that your age key file opens. Keep a copy of that file.',
      custom: 'Secrets are in your own store, which decides how safe they are.'
    },
    degraded: {
      memory:
        'Secrets are in memory only. They are LOST when Latchkey quits, and other programs don’t see them.',
      'plain-file':
        'Secrets are stored as plain text. Anyone who can read the folder, a backup of it or the disk can read them.'
    }
  } as Readonly<Record<'healthy' | 'degraded', Readonly<Partial<Record<BackendId, string>>>>>,
  bannerDegraded: {
    'encrypted-file': 'Secrets are in files without a passphrase. Weaker than a keychain.',
    memory: 'Secrets are in memory only. They are LOST when Latchkey quits.',
    'plain-file': 'Secrets are stored as plain text: anyone who can read the files can read them.'
  } as Readonly<Partial<Record<BackendId, string>>>,
  bannerWeaker: 'Secrets are protected less than usual.',
  bannerUnavailable: 'No keychain found. Choose another store to start.',
  look: 'Details',
  hide: 'Hide',
  backends: {
    keychain: 'Keychain',
    'encrypted-file': 'Encrypted files',
    memory: 'Memory only',
    'plain-file': 'Plain files, not encrypted',
    sops: 'SOPS files',
    custom: 'Your own store'
  }
} as const
