import { count, number } from './locale.ts'

export const importText = {
  tab: 'Import',
  fromEmpty: ['Or ', 'import from a file', '.'],
  file: 'From a file',
  fileMeans:
    'An export of Latchkey, a .env file, JSON, the hosts.yml of the GitHub CLI, or a file of another tool.',
  chooseFile: 'Choose a file…',
  text: 'Or paste text',
  textHint: 'Lines of a .env file, such as OPENAI_API_KEY=…, or JSON. The field is cleared after it is read.',
  textMissing: 'Paste the text first.',
  textTooLong: 'Over 1 MB. Choose it as a file.',
  readText: 'Read the text',
  works: { reading: 'Reading…', opening: 'Opening…', importing: 'Importing…' },
  nothingStored: 'Review before anything is saved.',
  pasted: 'Pasted text',
  formats: {
    latchkey: 'Latchkey export',
    env: '.env',
    json: 'JSON',
    'gh-hosts': 'GitHub CLI',
    aws: 'AWS',
    llxprt: 'llxprt',
    kstlib: 'kstlib',
    'mcp-auth': 'MCP host'
  },
  chooseAnother: 'Choose another',
  sealedTitle: 'This export is sealed',
  secret: 'Passphrase or recovery key',
  secretHint: 'The passphrase it was exported with, or your recovery key (AGE-SECRET-KEY-1…).',
  secretMissing: 'Enter the passphrase or the recovery key.',
  open: 'Open',
  found: 'Found in it',
  columns: { entry: 'Entry', secret: 'Secret', kind: 'Type', state: 'State' },
  selectAll: 'Select all',
  keys: 'Arrow keys move through the rows, the space bar checks one.',
  row: (name: string, account: string, state: string) => `${name}, ${account}, ${state}`,
  kinds: {
    oauth: 'Sign-in',
    'api-key': 'API key',
    aws: 'AWS keys',
    mcp: 'MCP server',
    extension: 'Extension secret'
  },
  signsInAt: (issuer: string) => `Signs in at ${issuer}.`,
  sentTo: (hosts: string) => `May be sent to ${hosts}.`,
  alsoTo: (host: string) => `Also to ${host}, which only this file names`,
  states: { new: 'New', same: 'Already here', replaces: 'Replaces', refused: 'Can’t be kept' },
  sum: {
    new: (n: number) => count(n, { one: '{n} new', other: '{n} new' }),
    replaces: (n: number) => count(n, { one: '{n} replaces a value', other: '{n} replace a value' }),
    same: (n: number) => count(n, { one: '{n} already here', other: '{n} already here' }),
    refused: (n: number) => count(n, { one: '{n} can’t be kept', other: '{n} can’t be kept' })
  },
  nothingFound: 'Nothing to import.',
  shown: (n: number, all: number) => `${number(n)} of ${number(all)} shown.`,
  showMore: 'Show more',
  skipped: (n: number) => count(n, { one: '{n} entry skipped', other: '{n} entries skipped' }),
  remove: 'Remove the file afterwards',
  removeMeans:
    'Deleted once everything is saved and verified. Backups may keep copies; rotate keys that matter.',
  removeNot: 'The file is kept if you leave out a row.',
  willReplace: (n: number) =>
    count(n, { one: '{n} stored value will be replaced.', other: '{n} stored values will be replaced.' }),
  notYet: 'Nothing is stored yet.',
  importNone: 'Import',
  import: (n: number) => count(n, { one: 'Import {n}', other: 'Import {n}' }),
  removeFile: 'Remove the file',
  replaceTitle: (n: number) =>
    count(n, { one: 'Replace {n} stored value?', other: 'Replace {n} stored values?' }),
  replaceBody: 'The stored values can’t be restored.',
  replace: 'Replace and import',
  noReason: 'Couldn’t be stored.',
  report: {
    imported: (n: number) => count(n, { one: '{n} imported', other: '{n} imported' }),
    unchanged: (n: number) => count(n, { one: '{n} already here', other: '{n} already here' }),
    failed: (n: number) => count(n, { one: '{n} failed', other: '{n} failed' })
  },
  failedList: 'Not imported',
  plaintext: {
    removed: (path: string) => `${path} was removed.`,
    kept: (path: string) =>
      `${path} was kept. It holds secrets in plain text: delete it when you no longer need it.`
  },
  done: 'Done',
  importFile: (path: string) => `Import ${path}`,
  importFiles: 'Import one of these files',
  importButton: 'Import…'
} as const
