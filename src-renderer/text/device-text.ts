/** Words of a sign-in by a code that is typed on any device. */
export const deviceText = {
  switchToCode: 'Use a code',
  switchToCodeMeans: 'Use a code on another device',
  lead: 'On any device, open this page and type the code:',
  scan: 'Or scan it with a phone. Check that the phone shows the same code.',
  scanPlain: 'Or scan the page’s address with a phone.',
  code: 'Code',
  qr: (address: string) => `QR code of ${address}`,
  copy: 'Copy code',
  openPage: 'Open the page here'
} as const

export const stripText = {
  refused: 'Works in your browser only',
  unreachable: 'The page could not be loaded'
} as const

/** Words of the list of providers with sign-in in the browser. */
export const browserForText = {
  title: 'Browser instead of the sign-in window',
  means: 'The page didn’t work in the window, or you chose the browser.',
  forget: 'Use the window again',
  forgetFor: (name: string) => `Use the window again for ${name}`
} as const

/** Words for a sign-in to another account than before. */
export const otherAccountText = {
  title: (name: string) => `Another account at ${name}`,
  body: (expected: string, found: string | null) =>
    found === null
      ? `You signed in to another account than “${expected}”. Nothing is stored yet.`
      : `You signed in as “${found}”, but this entry is “${expected}”. Nothing is stored yet.`,
  replaceMeans: (expected: string) =>
    `Replacing keeps the name “${expected}” and signs its account out at the provider.`,
  add: 'Add as another entry',
  replace: (expected: string) => `Replace “${expected}”`
} as const
