const reasons: Readonly<Record<string, string>> = {
  host: 'the credential may not be sent to this host',
  port: 'the credential may not be sent to this port',
  scheme: 'credentials are sent over https only',
  literal: 'credentials are sent to hosts with a name only',
  'read-only': 'the credential may only read',
  'encoded-slash': 'the path has an encoded slash, which this service is not known to read as part of a name',
  denied: 'a rule denies the path or the method',
  method: 'this method is never sent with a credential',
  policy: 'policy.yaml gives the program no access to this service',
  'policy-invalid': 'policy.yaml is not valid',
  address: 'the address of the request is not one that is sent',
  header: 'a program can’t set such a header',
  'unknown-service': 'nothing is kept for such a service',
  'aws-keys': 'access keys of AWS are given to the tools of AWS alone',
  'unnamed-account': 'the service has several accounts and none was named',
  'relay-over': 'the relay that the program named was closed or has ended',
  'more-refused': 'a hundred refusals of the program were written in this hour; further ones are not',
  'budget-minute': 'the program had sent all it may send in a minute',
  'budget-day': 'the program had sent all it may send in a day',
  'not-answered': 'the question was not answered',
  'denied-by-person': 'you denied it',
  'not-asked': 'another question of the program waited, or it had to pause',
  PROXY_REFUSED: 'the proxy of policy.yaml opened no way to the host',
  NOT_READ: 'the program did not read the answer to its end'
}

/** Why a request was refused or ended as it did, in words; a code without words stays as it is. */
export const reasonText = (code: string): string =>
  Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : code
