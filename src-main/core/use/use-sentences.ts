import type { AccessDecision, AccessRules } from './access-rules.ts'
import type { HeaderFault } from './request-headers.ts'
import type { TargetFault } from './target.ts'

type Refusal = Extract<AccessDecision, { kind: 'refused' }>['because']

const faults: Readonly<Record<TargetFault, string>> = {
  'not-a-url': 'This is not an address. Give a whole one, such as https://api.example.com/path.',
  scheme: 'Only https addresses are sent with a credential.',
  userinfo: 'An address must not hold a user name or a password.',
  'ip-literal': 'An address must name a host, not a number.',
  port: 'The port of this address is not valid.',
  'path-encoding':
    'The path of this address hides characters such as a dot behind percent signs. Write it without them.',
  'dot-segments': 'The path of this address has “.” or “..” in it. Write the path that is meant.',
  control: 'This address has characters in it that can’t be sent.',
  'too-long': 'This address is too long.',
  backslash: 'An address must not have a backslash in it.'
}

/** Says what is wrong with an address, without repeating it. */
export const faultSentence = (fault: TargetFault): string => faults[fault]

/** Says which header is refused. */
export function headerSentence(fault: HeaderFault): string {
  switch (fault) {
    case 'too-many':
      return 'A request may have at most 64 headers.'
    case 'too-large':
      return 'The headers of this request are too long.'
    case 'malformed-name':
      return 'The name of a header has characters that it can’t have.'
    case 'malformed-value':
      return 'The value of a header has a line break or another character that it can’t have.'
    case 'credential-header':
      return 'Latchkey sets the header that carries the credential.'
    default:
      return `A program can’t set the header ${fault}.`
  }
}

/** Says why a credential may not be sent there, and what to do. */
export function refusalSentence(because: Refusal, { hosts }: Pick<AccessRules, 'hosts'>): string {
  switch (because) {
    case 'host':
      return hosts.length === 0
        ? 'No host is known that this credential may be sent to. Name one in policy.yaml.'
        : `This credential may be sent only to ${hosts.join(', ')}. Other hosts are named in policy.yaml.`
    case 'port':
      return 'This credential may not be sent to that port. Ports other than 443 are named in policy.yaml.'
    case 'scheme':
      return 'This credential is sent only over https.'
    case 'literal':
      return 'A credential is sent to a host with a name. Addresses in numbers are named in policy.yaml.'
    case 'read-only':
      return 'This credential may only read: GET and HEAD.'
    case 'encoded-slash':
      return 'The path has a slash behind a percent sign, which this service is not known to read as part of a name. If it does, say “encoded_slash: true” for it in policy.yaml.'
    case 'denied':
      return 'A rule denies this request. “latchkey explain” says more.'
    case 'method':
      return 'Requests of this method are never sent with a credential.'
  }
}

export const ENDED = 'The access ended while the credential was read, so nothing was sent. Try again.'
export const BOUND =
  'This token is bound to a key that stays in the vault, so the value alone is of no use. Send requests through Latchkey.'
export const AWS_KEYS =
  'Access keys of AWS sign requests and are never sent. Its tools are given a session by their helper: “latchkey setup aws”.'
export const ACCESS_ENDED = 'The access to this credential has ended: it was revoked, or Latchkey was locked.'
export const SEVERAL_ACCOUNTS =
  'This service has several accounts. Name one: with --account, or as auth_account of a tool.'
export const SEVERAL_FOR_HELPER =
  'Several accounts fit this address. Choose one with “latchkey switch”, allow only one of them, or name it: https://ACCOUNT@HOST/ for git and pip, --account ACCOUNT for aws and kubectl.'
export const NO_ACCESS =
  'The policy gives this program no access to this service. policy.yaml says which it may use.'

/** Says which part of its budget a program has used up. */
export function budgetSentence(spent: 'minute' | 'day'): string {
  return spent === 'minute'
    ? 'This program has sent all the requests that it may send in a minute. Try again in a minute.'
    : 'This program has sent all the requests that it may send in a day. Its budget is in policy.yaml.'
}
