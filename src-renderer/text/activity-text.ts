import { count } from './locale.ts'

/** Words of the room that shows what programs may do and did. */
export const activityText = {
  title: 'Activity',
  tabs: { log: 'Log', allowed: 'Allowed now', programs: 'Programs' },
  terminal: 'Your terminal',
  window: 'You, in this window',
  reading: 'Reading…',
  old: 'This may be out of date. The last update failed.'
} as const

export const logText = {
  list: 'What programs did',
  search: 'Search the log',
  placeholder: 'Search',
  allPrograms: 'All programs',
  allServices: 'All services',
  results: { all: 'All results', used: 'Used', refused: 'Refused' },
  filters: { program: 'Program', service: 'Service', result: 'Result' },
  filterBy: (filter: string, value: string) => `${filter}: ${value}`,
  ofCredential: (name: string, account: string) => `${name}, ${account}`,
  ofRemoved: 'A removed credential',
  showAllOf: (name: string) => `Show more than ${name}`,
  shown: (n: number) => count(n, { one: '{n} line', other: '{n} lines' }),
  end: (n: number) => count(n, { one: '', other: 'The newest {n} rows of the log are shown.' }),
  emptyTitle: 'No program has used a credential yet',
  emptyBody: 'Programs use a credential without seeing it: Latchkey sends each request and records it here.',
  emptyTry: 'To try it:',
  emptyCommand: 'latchkey request github https://api.github.com/user',
  noMatchTitle: 'Nothing matches',
  noMatch: 'No line matches these filters.',
  clear: 'Clear filters',
  copy: 'Copy as JSON',
  copied: (n: number) => count(n, { one: '{n} row copied', other: '{n} rows copied' }),
  copiedBody: 'One JSON object on each line. No secret, query or body is in the log.',
  check: 'Check the log'
} as const

/** What a line of the log is about, and how it ended. */
export const useText = {
  relay: (host: string) => `Relay to ${host}`,
  relayAlone: 'Relay',
  reveal: 'The secret itself',
  taken: { copy: 'The secret, to the clipboard', show: 'The secret, on the screen' } as Readonly<
    Record<string, string>
  >,
  helper: (tool: string, host: string) => `The secret, to the helper of ${tool} for ${host}`,
  newCredential: (place: string) => `What looks like another credential, in the answer of ${place}`,
  events: {
    answer: 'Your answer to a question',
    revoke: 'Approval revoked',
    pair: 'Program paired',
    unpair: 'Access removed',
    'aws-session': 'AWS session requested',
    store: 'Stored from a terminal',
    delete: 'Deleted from a terminal',
    export: 'Export of every credential',
    'remove-oldest': 'Oldest rows removed'
  } as Readonly<Record<string, string>>,
  proposal: (what: string) => `Proposal: ${what}`,
  proposals: { propose: 'Proposed', accept: 'Accepted', dismiss: 'Dismissed' } as Readonly<
    Record<string, string>
  >,
  answers: {
    denied: 'Denied',
    once: 'Allowed once',
    run: 'Allowed, one run',
    '10-minutes': 'Allowed, 10 minutes',
    'until-lock': 'Allowed until locked',
    always: 'Always allowed'
  } as Readonly<Record<string, string>>,
  answered: (status: number) => `Answered ${String(status)}`,
  closed: 'Closed',
  given: 'Given out',
  done: 'Done',
  failed: 'Failed',
  cutShort: 'Cut short',
  refused: 'Refused',
  open: 'End unknown',
  sentence: (clause: string) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`
} as const

export const explainText = {
  why: { refused: 'Why refused', failed: 'Why it failed' },
  nothingSent: 'Nothing was sent.',
  open: 'Still running, or Latchkey quit before it ended.',
  facts: {
    program: 'Program',
    reason: 'Its reason',
    startedBy: 'Started by',
    request: 'Request',
    credential: 'Credential',
    answer: 'Answer',
    began: 'At',
    ended: 'Ended',
    rows: 'In the log'
  },
  reason: (reason: string) => `“${reason}”`,
  process: (pid: number, uid: number | null) =>
    uid === null
      ? `Process ${String(pid)}, according to the system`
      : `Process ${String(pid)} of user ${String(uid)}, according to the system`,
  status: (status: number) => `Status ${String(status)}`,
  bytes: (n: number) => count(n, { one: '{n} byte', other: '{n} bytes' }),
  redacted: (n: number) =>
    count(n, { one: '{n} echo of the secret removed', other: '{n} echoes of the secret removed' }),
  row: (seq: number) => `Row ${String(seq)}`,
  rows: (seq: number, end: number) => `Rows ${String(seq)} and ${String(end)}`,
  show: 'Show credential',
  join: (parts: readonly string[]) => parts.join(', ')
} as const

export const allowedText = {
  list: 'What is allowed now',
  may: {
    use: 'may use',
    relay: 'may open a relay with',
    reveal: 'may get the secret of',
    helper: 'may get the secret of'
  },
  who: (name: string, account: string) => `${name}, ${account}`,
  helper: (tool: string, host: string) => `helper of ${tool} for ${host}`,
  every: (host: string) => `${host}, every path`,
  scope: (scope: string) => `scope ${scope}`,
  until: (when: string) => `until ${when}`,
  durations: {
    once: 'once',
    run: 'until its run ends',
    '10-minutes': '10 minutes',
    'until-lock': 'until locked',
    always: 'always'
  },
  used: (when: string) => `last used ${when}`,
  unused: 'not used yet',
  revoke: 'Revoke',
  revokeOf: (program: string, name: string) => `Revoke: ${program}, ${name}`,
  revoked: 'Revoked',
  revokedBody: 'Everything using it has ended. The program must ask again.',
  emptyTitle: 'Nothing is allowed for longer than once',
  emptyBody: 'Answers that last longer than once appear here until they end or you revoke them.'
} as const

export const addressesText = {
  list: 'Open addresses',
  lead: 'You have opened a local address for',
  close: 'Close',
  closeOf: (name: string) => `Close the address: ${name}`,
  closed: 'The address is closed'
} as const

export const programsText = {
  list: 'Paired programs',
  paired: (when: string) => `paired ${when}`,
  seen: (when: string) => `last seen ${when}`,
  unseen: 'not seen yet',
  remove: 'Remove access…',
  removeOf: (name: string) => `Remove access… of ${name}`,
  confirmTitle: (name: string) => `Remove the access of ${name}?`,
  confirmBody:
    'Ends its connections and everything you allowed it. Its key stops working; pair it again to restore access.',
  confirm: 'Remove access',
  removed: (name: string) => `${name} no longer has access`,
  emptyTitle: 'No program is paired',
  emptyBody:
    'Pairing gives a program a name, its own rules and a budget. Unpaired programs ask as your terminal.',
  emptyTry: 'To pair one:',
  emptyCommand: 'latchkey pair ci-bot --key-file ~/.config/ci-bot.key'
} as const

export const checkText = {
  title: 'Check of the log',
  checking: 'Checking every row…',
  anchor: 'Anchor',
  anchorMeans:
    'One line that stands for the newest row. Keep it elsewhere: it later shows whether rows were removed or changed (latchkey audit verify --anchor).',
  copy: 'Copy the anchor'
} as const

export const usedByText = {
  title: 'Used by',
  times: (n: number) => count(n, { one: 'once', other: '{n} times' }),
  show: 'Show in Activity'
} as const
