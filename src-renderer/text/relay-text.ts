/** Words of the field that opens a local address for a program. */
export const relayText = {
  title: 'Local address',
  means: (host: string) =>
    `For a program that takes a base URL. Its requests go to ${host} with this credential, which it does not see.`,
  host: 'Host',
  open: 'Open',
  opening: 'Opening…',
  isOpen: 'open',
  shown: (address: string) => `Address ${address}. The part that is not shown is copied with it.`,
  secretPart: 'A program that knows the whole address can use this credential until it is closed.',
  copyAddress: 'Copy address',
  copyVariables: 'Copy as variables',
  variables: 'Variables',
  sets: (names: readonly string[]) => `${names.join(', ')}, with a dummy in place of the key`,
  goesTo: 'Goes to',
  ends: 'Ends',
  endsAt: (when: string) => `${when}, when the store is locked, or when Latchkey quits`,
  close: 'Close the address',
  noHost: (service: string) =>
    `No host is known that this credential may be sent to. Name one in policy.yaml, at services, ${service}, hosts.`,
  noAccess: 'policy.yaml gives this window no access to this service.',
  locked: 'The store is locked. Unlock it to open an address.',
  notNow: 'The credential can not be used now. What is above says what to do.',
  failsNow: 'Requests to it fail until the credential can be used again.'
} as const
