/** Words of the field that opens a local address for a program. */
export const relayText = {
  title: 'Local address',
  means: (host: string) =>
    `For programs that take a base URL. Their requests go to ${host} with this credential, which they never see.`,
  host: 'Host',
  open: 'Open',
  opening: 'Opening…',
  isOpen: 'open',
  shown: (address: string) => `Address ${address}. Copying includes the hidden part.`,
  secretPart: 'Any program with the full address can use this credential until you close it.',
  copyAddress: 'Copy address',
  copyVariables: 'Copy as variables',
  variables: 'Variables',
  sets: (names: readonly string[]) => `${names.join(', ')}, with a placeholder for the key`,
  goesTo: 'Goes to',
  ends: 'Ends',
  endsAt: (when: string) => `${when}, when the store is locked, or when Latchkey quits`,
  close: 'Close the address',
  noHost: (service: string) =>
    `No allowed host is known. Add one in policy.yaml: services, ${service}, hosts.`,
  noAccess: 'policy.yaml gives this window no access to this service.',
  locked: 'The store is locked. Unlock it to open an address.',
  notNow: 'This credential can’t be used now. See above for what to do.',
  failsNow: 'Requests fail until the credential works again.'
} as const
