import { count } from './locale.ts'

/** Words of the window that asks the person for an approval. */
export const approvalText = {
  terminal: 'Your terminal',
  terminalMeans: 'A command that runs as you',
  paired: 'Paired program, as it says',
  wants: {
    use: 'wants to use',
    relay: 'wants to open a relay for',
    reveal: 'wants the secret of',
    helper: 'wants the secret of'
  },
  as: 'as',
  facts: {
    use: 'Use',
    tool: 'Helper of',
    method: 'Method',
    host: 'Host',
    path: 'Path',
    scope: 'Scope',
    reason: 'Reason',
    startedBy: 'Started by'
  },
  means: {
    use: 'Send one request. It does not see the secret.',
    relay: 'Send any request to this host. It does not see the secret.',
    reveal: 'Get the secret itself and keep it.',
    helper: 'Get the secret itself for this host, and keep it.'
  },
  reason: (reason: string) => `“${reason}”`,
  saysSystem: (pid: number | null) =>
    pid === null ? 'according to the system' : `Process ${pid}, according to the system`,
  allowFor: 'Allow for',
  durations: {
    once: 'Once',
    run: 'This run',
    '10-minutes': '10 minutes',
    'until-lock': 'Until locked',
    always: 'Always'
  },
  later: (method: string) => `Later ${method} requests to`,
  reach: {
    path: 'Only this path',
    host: (host: string) => `Every path of ${host}`
  },
  more: (n: number) => count(n, { one: '{n} more question waits.', other: '{n} more questions wait.' }),
  deny: 'Deny',
  allow: {
    once: 'Allow once',
    run: 'Allow for this run',
    '10-minutes': 'Allow for 10 minutes',
    'until-lock': 'Allow until locked',
    always: 'Always allow'
  }
} as const
