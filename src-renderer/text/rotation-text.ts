export const rotationText = {
  action: 'Rotate key…',
  title: (name: string, account: string) => `Rotate the key of ${name}, ${account}`,
  steps: { label: 'Steps', key: 'New key', test: 'Test', switch: 'Switch' },

  makeOne: (name: string) =>
    `Create a new key at ${name} and paste it here. The current key stays in use until you switch.`,
  openPage: (name: string) => `Open the keys page of ${name}`,
  newKey: 'New key',
  store: 'Store new key',

  waiting: (masked: string) => `${masked} is stored next to the current key.`,
  testBody: 'Test the new key with one request that changes nothing.',
  test: 'Test new key',
  testing: 'Testing…',
  testAgain: 'Test again',
  results: { yes: 'Works', no: 'Doesn’t work', unknown: 'Unknown' },
  switchBody: 'After the switch, you can go back to the old key for 24 hours.',
  switch: 'Switch to new key',
  switchAnyway: 'Switch anyway',
  switching: 'Switching…',
  later: 'Later',

  inUse: 'New key in use',
  keptUntil: (time: string) =>
    `You can go back to the old key until ${time}. After that, Latchkey deletes it.`,
  revoke: (name: string) =>
    `Revoke the old key at ${name} once nothing uses it. Latchkey can’t do that for you.`,
  done: 'Done',

  waitingTitle: 'A new key is waiting',
  waitingSince: (masked: string, time: string) =>
    `${masked} was stored ${time}. The old key stays in use until you switch.`,
  continue: 'Continue',
  discard: 'Discard…',
  undo: 'Undo…',
  forget: 'Forget the old key now…',

  age: 'Age',
  added: (ago: string) => `Added ${ago}.`,
  old: 'Over a year old. Time for a new one.',

  ends: {
    discard: {
      title: (name: string, account: string) => `Discard the new key of ${name}, ${account}?`,
      body: 'Deletes the new key here. The current key stays in use. Revoke the new one at the provider.',
      action: 'Discard',
      done: (name: string) => `New key of ${name} discarded`
    },
    undo: {
      title: (name: string, account: string) => `Go back to the old key of ${name}, ${account}?`,
      body: 'Uses the old key again and deletes the new one here.',
      action: 'Go back',
      done: (name: string) => `Old key of ${name} in use again`
    },
    forget: {
      title: (name: string, account: string) => `Forget the old key of ${name}, ${account}?`,
      body: 'You can’t go back to it. Revoke it at the provider, too.',
      action: 'Forget',
      done: (name: string) => `Old key of ${name} forgotten`
    }
  }
} as const
