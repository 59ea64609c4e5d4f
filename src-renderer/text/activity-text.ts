import { count } from './locale.ts'

/** Words of the room that shows what programs may do and did. */
export const activityText = {
  title: 'Activity',
  tabs: { log: 'Log', allowed: 'Allowed now', programs: 'Programs' },
  terminal: 'Your terminal',
  window: 'You, in this window',
  reading: 'Reading…',
  old: 'This may be out of date: the last look did not work.'
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
  emptyBody:
    'A program can use a credential without seeing it: Latchkey sends the request. Each request is written down here before it is sent, and again when it ends.',
  emptyTry: 'To try it:',
  emptyCommand: 'latchkey request github https://api.github.com/user',
  noMatchTitle: 'Nothing matches',
  noMatch: 'No line of the log fits these filters.',
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
  helper: (tool: string, host: string) => `The secret, to the helper of ${tool} for ${host}`,
  newCredential: (place: string) => `What looks like another credential, in the answer of ${place}`,
  events: {
    answer: 'Your answer to a question',
    revoke: 'Approval revoked',
    pair: 'Program paired',
    unpair: 'Access removed',
    'aws-session': 'Session asked of AWS',
    store: 'Stored by a terminal',
    delete: 'Deleted by a terminal',
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
  open: 'End not known',
  sentence: (clause: string) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`
} as const

export const explainText = {
  why: { refused: 'Why refused', failed: 'Why it failed' },
  nothingSent: 'Nothing was sent.',
  open: 'How this ended is not known: it is still under way, or Latchkey ended in the middle of it.',
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
      ? `Process ${String(pid)}, said by the system`
      : `Process ${String(pid)} of user ${String(uid)}, said by the system`,
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
    reveal: 'may be given the secret of',
    helper: 'may be given the secret of'
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
  revokedBody: 'What ran with it has ended. The program has to ask again.',
  emptyTitle: 'Nothing is allowed beyond single requests',
  emptyBody:
    'When you answer a program’s question for longer than once, the answer stands here until it ends or you revoke it.'
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
    'Its open connections end, and so does all that you allowed it. Its key opens nothing any more; to come back it has to be paired again.',
  confirm: 'Remove access',
  removed: (name: string) => `${name} has no access any more`,
  emptyTitle: 'No program is paired',
  emptyBody:
    'Pairing gives a program a name, with rules and a budget of its own. Programs without a name ask as your terminal.',
  emptyTry: 'To pair one:',
  emptyCommand: 'latchkey pair ci-bot --key-file ~/.config/ci-bot.key'
} as const

export const checkText = {
  title: 'Check of the log',
  checking: 'Following the chain of the rows…',
  anchor: 'Anchor',
  anchorMeans:
    'The newest row as a line. Kept somewhere else, it shows later whether rows were removed or written anew: latchkey audit verify --anchor.',
  copy: 'Copy the anchor'
} as const

export const usedByText = {
  title: 'Used by',
  times: (n: number) => count(n, { one: 'once', other: '{n} times' }),
  show: 'Show in Activity'
} as const
