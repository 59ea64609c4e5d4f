/** Words of what programs propose. */
export const proposalsText = {
  title: 'Proposed by programs',
  means: 'Nothing here is allowed until you accept it.',
  proposes: {
    service: 'proposes that you add',
    scope: (scope: string) => `proposes the scope ${scope} for`,
    'sign-in': 'proposes that you sign in again to',
    rule: 'proposes that it may always use'
  },
  scope: (scope: string) => `scope ${scope}`,
  reason: (reason: string) => `“${reason}”`,
  until: (when: string) => `until ${when}`,
  accept: { service: 'Add…', scope: 'Ask for it…', 'sign-in': 'Sign in again…', rule: 'Accept…' },
  dismiss: 'Dismiss',
  of: (verb: string, program: string, name: string) => `${verb} ${program}, ${name}`,
  dismissed: 'Dismissed',
  dismissedBody: 'The same proposal is ignored for a day.',
  confirmTitle: (program: string, name: string) => `Always allow ${program} to use ${name}?`,
  confirmBody: (request: string) =>
    `It may send ${request} without asking. It never sees the secret. You can end this under “Allowed now”.`,
  confirm: 'Always allow',
  allowed: 'Always allowed',
  allowedBody: 'See “Allowed now”.'
} as const
