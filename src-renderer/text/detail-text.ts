import { count } from './locale.ts'

export const detailText = {
  label: (name: string, account: string) => `${name}, ${account}`,
  opens: (host: string) => `Opens ${host}`,
  expiry: 'Expiry',
  lifeOver: (percent: string) => `${percent} of its lifetime has passed`,
  lifeStopped: (percent: string) => `Stopped after ${percent} of its lifetime`,
  refusedAt: (time: string) => `refused ${time}`,
  nowMark: 'now',
  facts: {
    issuer: 'Issuer',
    client: 'Client',
    resource: 'Tokens for',
    surface: 'Signs in',
    obtained: 'Added',
    refreshed: 'Last refreshed',
    next: 'Next refresh',
    expires: 'Expires',
    used: 'Last used',
    useBefore: 'Sign in or use before',
    signInBefore: 'Sign in again before'
  },
  signIn: 'Sign-in',
  surfaces: {
    window: 'in the sign-in window',
    browser: 'in your browser',
    device: 'with a code',
    depends: 'with a code, or on a page with a client secret'
  },
  none: 'none',
  notYet: 'not yet',
  noneUntilSignIn: 'none until you sign in',
  notRenewable: 'not possible',
  onUse: 'when it is used',
  keepFresh: 'Refresh in the background',
  keepFreshMeans: (name: string) =>
    `Applies to all ${name} accounts. If off, tokens are refreshed when used.`,
  scopes: 'Scopes',
  scopesGranted: (granted: number, asked: number) => `${granted} of ${asked} granted`,
  scopesCount: (granted: number) => `${granted} granted`,
  scopeMissing: 'Requested, not granted',
  scopeExtra: 'Granted, not requested',
  showMoreScopes: (n: number) => count(n, { one: 'Show {n} more', other: 'Show {n} more' }),
  secret: 'Secret',
  masked: (backend: string) => `Masked secret, kept in ${backend}`,
  check: 'Test',
  checkBody: 'Test it with one request.',
  checking: 'Testing…',
  works: 'Works',
  worksNot: 'Doesn’t work',
  end: 'Remove',
  endOauth: (name: string) =>
    `Sign out revokes the token at ${name} where possible. Remove deletes it here only; ${name} keeps the access.`,
  endKey: (name: string) => `Deletes the key here. Revoke it at ${name}, too.`,
  removeOnly: 'Remove'
} as const

export const confirmText = {
  signOutTitle: (name: string, account: string) => `Sign out of ${name}, ${account}?`,
  signOutBody: 'Revokes the token at the provider where possible and deletes it here. This can’t be undone.',
  signOut: 'Sign out',
  signedOut: (name: string) => `Signed out of ${name}`,
  revoked: {
    yes: 'The provider revoked the token. It was deleted here.',
    no: 'Deleted here. The provider didn’t confirm that it revoked the token. End the access on its page.',
    unsupported: 'Deleted here. This provider can’t revoke tokens on request. End the access on its page.'
  },
  isNoted: 'Doctor lists it until you mark it as done.',
  replaceTitle: (name: string, account: string) => `Replace the key of ${name}, ${account}?`,
  replaceBody: 'This account already has a key. The old one can’t be restored.',
  replace: 'Replace'
} as const

export const settingsText = {
  title: 'Settings',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  density: 'Density',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  signIn: 'Signing in',
  alwaysUseBrowser: 'Always use my browser',
  alwaysUseBrowserMeans: 'Otherwise Latchkey opens a sign-in window where the provider allows it.',
  security: 'Security',
  showSecrets: 'Allow showing secrets',
  showSecretsMeans: 'For 10 seconds, in a separate window, when you ask.',
  closing: 'Closing the window',
  keepRunning: 'Keep running',
  keepRunningMeans: 'Keeps refreshing tokens. Reopen it from the tray or by starting it again.',
  keepRunningNoTray: 'Needs a tray, and this desktop has none. On GNOME, install an AppIndicator extension.',
  withoutTray: 'Without a tray, closing the window',
  withoutTrayChoices: { quit: 'Quits Latchkey', minimize: 'Minimizes it' },
  storage: 'Storage',
  version: (version: string) => `Latchkey ${version}. Collects nothing about you.`
} as const

export const shortcutText = {
  title: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  inList: 'In the list',
  rows: {
    search: 'Search',
    add: 'Add a credential',
    nextPane: 'Next pane, previous pane',
    palette: 'Find or do anything',
    settings: 'Settings',
    undo: 'Undo a removal',
    lock: 'Lock',
    sheet: 'Show this list',
    move: 'Move',
    several: 'Select several, all',
    ends: 'First, last, a page up or down',
    open: 'Open the detail',
    back: 'Back, close, clear the search',
    fix: 'Fix what is wrong',
    fixAll: 'Fix all, one by one',
    actions: 'Row actions',
    refresh: 'Refresh',
    refreshAll: 'Refresh all',
    copySecret: 'Copy key or token',
    copy: 'Copy account',
    rename: 'Rename',
    favourite: 'Add to favourites',
    remove: 'Remove',
    type: 'Type to search'
  }
} as const
