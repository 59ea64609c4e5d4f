/** Words of what programs propose. */
export const proposalsText = {
  title: 'Proposed by programs',
  means: 'Nothing of this is allowed until you accept it.',
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
  dismissedBody: 'It is not taken again for a day.',
  confirmTitle: (program: string, name: string) => `Always allow ${program} to use ${name}?`,
  confirmBody: (request: string) =>
    `It sends ${request} from then on without a question. It does not see the secret, and “Allowed now” ends it.`,
  confirm: 'Always allow',
  allowed: 'Always allowed',
  allowedBody: 'It stands under “Allowed now”.'
} as const
