export const rotationText = {
  action: 'Rotate key…',
  title: (name: string, account: string) => `Rotate the key of ${name}, ${account}`,
  steps: { label: 'Steps', key: 'New key', test: 'Test', switch: 'Switch' },

  makeOne: (name: string) =>
    `Make a new key at ${name} and paste it here. The key in use stays in use until you switch.`,
  openPage: (name: string) => `Open the page for keys at ${name}`,
  newKey: 'New key',
  store: 'Store new key',

  waiting: (masked: string) => `${masked} is stored beside the key in use.`,
  testBody: 'One request to the service, which changes nothing, says whether the new key works.',
  test: 'Test new key',
  testing: 'Testing…',
  testAgain: 'Test again',
  results: { yes: 'Works', no: 'Does not work', unknown: 'Not known' },
  switchBody: 'After the switch the old key is kept for 24 hours, so that you can go back.',
  switch: 'Switch to new key',
  switchAnyway: 'Switch anyway',
  switching: 'Switching…',
  later: 'Later',

  inUse: 'New key in use',
  keptUntil: (time: string) =>
    `The old key is kept until ${time}, so that you can go back. After that it is forgotten here.`,
  revoke: (name: string) =>
    `Revoke the old key at ${name} when nothing uses it any more: Latchkey can’t do that for you.`,
  done: 'Done',

  waitingTitle: 'A new key is waiting',
  waitingSince: (masked: string, time: string) =>
    `${masked} was stored ${time}. The old key is in use until you switch.`,
  continue: 'Continue',
  discard: 'Discard…',
  undo: 'Undo…',
  forget: 'Forget the old key now…',

  age: 'Age',
  added: (ago: string) => `Added ${ago}.`,
  old: 'More than a year: a good time for a new one.',

  ends: {
    discard: {
      title: (name: string, account: string) => `Discard the new key of ${name}, ${account}?`,
      body: 'The new key is deleted from this computer. The key in use stays in use. Revoke the new one at the provider.',
      action: 'Discard',
      done: (name: string) => `New key of ${name} discarded`
    },
    undo: {
      title: (name: string, account: string) => `Go back to the old key of ${name}, ${account}?`,
      body: 'The old key is used again and the new one is deleted from this computer.',
      action: 'Go back',
      done: (name: string) => `Old key of ${name} in use again`
    },
    forget: {
      title: (name: string, account: string) => `Forget the old key of ${name}, ${account}?`,
      body: 'You can’t go back to it after that. It is not revoked at the provider.',
      action: 'Forget',
      done: (name: string) => `Old key of ${name} forgotten`
    }
  }
} as const
