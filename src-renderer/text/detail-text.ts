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
    obtained: 'Obtained',
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
    device: 'by a code',
    depends: 'by a code, or by a page with a client secret'
  },
  none: 'none',
  notYet: 'not yet',
  noneUntilSignIn: 'none until you sign in',
  notRenewable: 'not possible',
  onUse: 'when it is used',
  keepFresh: 'Keep fresh while unused',
  keepFreshMeans: (name: string) =>
    `Applies to every account at ${name}. If off, a token is refreshed when it is used.`,
  scopes: 'Scopes',
  scopesGranted: (granted: number, asked: number) => `${granted} of ${asked} granted`,
  scopesCount: (granted: number) => `${granted} granted`,
  scopeMissing: 'Asked for, not granted',
  scopeExtra: 'Granted, not asked for',
  granted: 'Granted',
  secret: 'Secret',
  secretNever: 'Never shown',
  masked: (backend: string) => `Masked secret, kept in ${backend}`,
  check: 'Check',
  checkBody: 'One request to the provider says whether it works.',
  checking: 'Checking…',
  works: 'Works',
  worksNot: 'Does not work',
  end: 'End',
  endOauth:
    'Signing out deletes the token here, then revokes it at the provider if possible. Removing only deletes it here: the access at the provider goes on.',
  endKey: 'Removing it here does not revoke the key. Do that at the provider.',
  removeOnly: 'Remove…'
} as const

export const confirmText = {
  removeTitle: (name: string, account: string) => `Remove ${name}, ${account}?`,
  removeBody:
    'The secret is deleted from this computer and can’t be brought back. It is not revoked at the provider.',
  remove: 'Remove',
  signOutTitle: (name: string, account: string) => `Sign out of ${name}, ${account}?`,
  signOutBody:
    'The token is revoked at the provider if the provider offers that, and deleted from this computer. This can’t be undone.',
  signOut: 'Sign out',
  removed: (name: string) => `${name} removed here`,
  removedBody: 'It was not revoked at the provider.',
  signedOut: (name: string) => `Signed out of ${name}`,
  revoked: {
    yes: 'The provider revoked the token. It was deleted here.',
    no: 'Deleted here. The provider did not confirm that it revoked the token: end the access on its own page.',
    unsupported:
      'Deleted here. This provider has no way to revoke a token from outside: end the access on its own page.'
  },
  isNoted: 'Doctor lists it until you mark it as done.',
  replaceTitle: (name: string, account: string) => `Replace the key of ${name}, ${account}?`,
  replaceBody: 'There is already a key for this service and account. The old one can’t be brought back.',
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
  closing: 'Closing the window',
  keepRunning: 'Keep running',
  keepRunningMeans:
    'Latchkey keeps refreshing tokens. The tray, or starting Latchkey again, brings the window back.',
  keepRunningNoTray:
    'This needs a tray that brings the window back, and this desktop shows none. On GNOME an extension for AppIndicators adds one.',
  withoutTray: 'Until there is one, closing the window',
  withoutTrayChoices: { quit: 'Quits Latchkey', minimize: 'Minimizes it' },
  storage: 'Storage',
  version: (version: string) => `Latchkey ${version}. Sends nothing about you anywhere.`
} as const

export const shortcutText = {
  title: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  inList: 'In the list',
  rows: {
    search: 'Search',
    add: 'Add a credential',
    nextPane: 'Next pane, previous pane',
    sheet: 'This sheet',
    move: 'Move',
    ends: 'First, last, a page up or down',
    open: 'Open the detail',
    back: 'Back, close, clear the search',
    actions: 'To the actions of the row',
    refresh: 'Refresh',
    refreshAll: 'Refresh all',
    copy: 'Copy account',
    remove: 'Remove',
    type: 'Any other letter starts a search'
  }
} as const
