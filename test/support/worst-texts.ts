/** A text of a given number of characters that costs a reader as much as possible. */
export type WorstText = {
  readonly name: string
  /** Name of the file; null: the text was pasted. */
  readonly file: string | null
  readonly at: (size: number) => string
}

const again =
  (unit: string, before = '', after = '') =>
  (size: number): string => {
    const room = Math.max(0, size - before.length - after.length)
    return before + unit.repeat(Math.ceil(room / unit.length)).slice(0, room) + after
  }
const numbered =
  (unit: (index: number) => string, before = '', after = '') =>
  (size: number): string => {
    const parts = [before]
    let length = before.length + after.length
    for (let index = 0; length < size; index += 1) {
      const part = unit(index)
      parts.push(part)
      length += part.length
    }
    return parts.join('') + after
  }
const nested =
  (open: string, close: string) =>
  (size: number): string => {
    const levels = Math.floor(size / (open.length + close.length))
    return open.repeat(levels) + close.repeat(levels)
  }
const listed = (unit: (index: number) => string): ((index: number) => string) => {
  return (index) => (index === 0 ? unit(index) : `,${unit(index)}`)
}

const pasted: Readonly<Record<string, WorstText['at']>> = {
  'line ends': again('\n'),
  'line ends of old Macs': again('\r'),
  'line ends of Windows': again('\r\n'),
  spaces: again(' '),
  'spaces before a letter': again(' ', '', 'a'),
  'a line of tabs': again('\t', '\n'),
  'lines of one space': again(' \n'),
  'lines of tab and space': again('\t \r\n'),
  'one word': again('a'),
  'equal signs': again('='),
  'settings in one line': again('A='),
  'settings without a value': again('A=\n'),
  secrets: numbered((index) => `K${String(index)}_TOKEN=v${String(index)}xyz0123456789\n`),
  'one name over and over': again('A_KEY=abcdefgh12345678\n'),
  'an open quote': again('x', 'A_KEY="'),
  'an open quote in each line': again('A_KEY="\n'),
  'quotes that open again': again('A_KEY="a\\"'),
  'backslashes in a quote': again('\\', 'A_KEY="'),
  'single quotes': again("A_KEY='"),
  'a value of many lines': again('a\n', 'A_KEY=`'),
  'number signs': again('#'),
  'commented settings': again('#A_KEY=abcdef123456\n'),
  'number signs in a value': again('#', 'A_KEY='),
  'number signs behind spaces': again(' #', 'A_KEY='),
  'the word export': again('export '),
  'exported settings': again('export A_KEY=x1\n'),
  'a long name': again('_', '', '=x'),
  'a long name of a secret': again('A', '', '_KEY=x'),
  'a name of many words': again('A1_', '', 'KEY=x'),
  'a name of digits': again('1', '', '=x'),
  dollars: again('$', 'A_KEY='),
  'open references': again('${', 'A_KEY='),
  'open commands': again('$(', 'A_KEY='),
  'an address with many colons': again('a:', 'A=http://'),
  'an address of one word': again('a', 'A=a://'),
  'a long scheme': again('+.-', 'A=a', '://'),
  'an address with a password': again(':a', 'A=a://', '@'),
  'heads of private keys': again('-----BEGIN ', 'A='),
  'a head that does not end': again('A ', 'A=-----BEGIN '),
  'a value like a key': again('aaa1', 'A=', '!'),
  'letters and no digit': again('a', '#A=', '!'),
  'digits and no letter': again('1', '#A='),
  'what llxprt sealed': again('c', `${'a'.repeat(24)}:${'b'.repeat(32)}:`, '!'),
  'what llxprt sealed, and spaces': again(' ', `${'a'.repeat(24)}:${'b'.repeat(32)}:c`, '!'),
  'lines that begin like tokens of gh': again('\n oauth_token'),
  'users without a host': again(' users:   \n', '', 'x'),
  'users with a long line': again(' ', 'a:\n users:', 'x'),
  'users with long lines': numbered(() => `a:\n users:${' '.repeat(1000)}x\n`),
  'open brackets': again('['),
  brackets: nested('[', ']'),
  'open objects': again('{"a":', '', '1'),
  objects: nested('{"a":', '}'),
  'fields with secrets': numbered(
    listed((index) => `"K${String(index)}_KEY":"v${String(index)}aaaaaaaaa"`),
    '{',
    '}'
  ),
  entries: numbered(
    listed((index) => `{"service":"s${String(index)}","key":"k${String(index)}"}`),
    '[',
    ']'
  ),
  'entries with two secrets': numbered(
    listed((index) => `{"service":"openai","key":"sk-${String(index)}","token":"t"}`),
    '[',
    ']'
  ),
  'one entry with many fields': numbered(
    (index) => `,"f${String(index)}":"v${String(index)}aaaaaaaaaaaaa"`,
    '[{"service":"openai","key":"sk-1"',
    '}]'
  ),
  'a list of numbers': again('1,', '[', '1]'),
  'names of objects': numbered(
    listed((index) => `"${String(index)}":{}`),
    '{',
    '}'
  ),
  'a long text in JSON': again('a', '{"A_KEY":"', '"}'),
  'escaped quotes in JSON': (size) => `{"A_KEY":"${'\\"'.repeat(size / 2)}"}`,
  'escaped letters in JSON': (size) => `{"A_KEY":"${'\\u0041'.repeat(size / 6)}"}`,
  'quotes alone': again('"'),
  'backslashes alone': again('\\', '"'),
  'spaces before a colon': again(' ', '{"a"', ':1}'),
  'texts with spaces behind them': numbered(() => `"a"${' '.repeat(500)},`, '[', '1]'),
  'an expiry of digits': again('1', '[{"service":"openai","key":"sk-1","expires":"', '"}]'),
  'an expiry with spaces': again(
    ' ',
    '[{"service":"openai","key":"sk-1","expires":"2026-01-01T00:00',
    'x"}]'
  ),
  'an account of pictures': again('\u{1F600}\u200D', '[{"service":"openai","key":"sk-1","account":"', '"}]'),
  'a long service': again('a-', '[{"service":"', '!","key":"sk-1"}]'),
  'many hosts': numbered(
    listed((index) => `"h${String(index)}.example"`),
    '[{"service":"openai","key":"sk-1","allowedHosts":[',
    ']}]'
  ),
  'a long host': again('a.', '[{"service":"openai","key":"sk-1","allowedHosts":["', '"]}]')
}

const servers = (unit: (index: number) => string): WorstText['at'] =>
  numbered(
    listed((index) => `{"serverName":"s${String(index)}",${unit(index)}}`),
    '[',
    ']'
  )
const files: Readonly<Record<string, Readonly<Record<string, WorstText['at']>>>> = {
  'mcp-oauth-tokens.json': {
    servers: servers((index) => `"token":{"accessToken":"t${String(index)}","tokenType":"Bearer"}`),
    'a long name of a server': again(
      '-',
      '[{"serverName":"',
      '","token":{"accessToken":"t","tokenType":"Bearer"}}]'
    ),
    'many scopes': again(
      'a ',
      '[{"serverName":"s","token":{"accessToken":"t","tokenType":"Bearer","scope":"',
      '"}}]'
    ),
    'a long address': again(
      'a.',
      '[{"serverName":"s","mcpServerUrl":"https://',
      '","token":{"accessToken":"t","tokenType":"Bearer"}}]'
    )
  },
  'sso.token.json': { 'a long token': again('a', '{"access_token":"', '"}') },
  'exa.key': {
    'a long key': again('a'),
    'spaces before a key': again(' ', '', 'a'),
    'spaces in a key': again(' ', 'a', 'a'),
    'a key of many lines': again('a\n')
  },
  'hosts.yml': {
    hosts: numbered((index) => `h${String(index)}.example:\n  oauth_token: t${String(index)}\n`),
    'open brackets': again('['),
    'open objects': again('{'),
    'open lists': again('[a, '),
    'lists in lists': again('- '),
    'names in names': again('a: '),
    'complex names': again('? '),
    'tags and anchors': again('!a &a '),
    'a text of many lines': again(' \n', 'a: |\n'),
    'an open quote': again('\n', 'a: "'),
    documents: again('---\n'),
    'one name over and over': again('a:\n'),
    directives: again('%T\n')
  }
}

/** Worst texts for every format that an import reads. */
export const worstTexts: readonly WorstText[] = [
  ...Object.entries(pasted).map(([name, at]) => ({ name, file: null, at })),
  ...Object.entries(files).flatMap(([file, texts]) =>
    Object.entries(texts).map(([name, at]) => ({ name: `${name} in ${file}`, file, at }))
  )
]
