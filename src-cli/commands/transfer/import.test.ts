import { describe, expect, it } from 'vitest'
import { type Given, importRow, PASSPHRASE, rowsOf, run } from './transfer.testkit.ts'

describe('an import through a pipe', () => {
  it('reads standard input in place of a file', async () => {
    const { code, calls } = await run(['import', '-'], { input: 'KEY=x' })
    expect(code).toBe(0)
    expect(calls).toContainEqual(['previewText'])
    expect(calls).toContainEqual(['body', 'KEY=x'])
  })

  it.each<[string, readonly string[], Given]>([
    ['a sealed export', ['import', '-'], { preview: { kind: 'sealed', id: 'i', path: null } }],
    ['--remove-plaintext', ['import', '-', '--remove-plaintext'], {}],
    ['a passphrase of the store', ['import', '-'], { isLocked: true }]
  ])('refuses %s, and says what to do', async (_name, args, given) => {
    const { code, errors } = await run(args, { input: 'x', typed: [PASSPHRASE], ...given })
    expect(code).toBe(64)
    expect(errors).toMatch(/Import (a|the) file\.|Leave out/)
  })
})

describe('latchkey import', () => {
  it('imports new rows, and replaces only with --replace', async () => {
    const preview = rowsOf([
      importRow(0),
      importRow(1, { state: 'replaces' }),
      importRow(2, { state: 'same' })
    ])
    const careful = await run(['import', '/x/.env'], { preview })
    expect(careful.code).toBe(1)
    expect(careful.calls).toContainEqual([
      'runImport',
      { id: 'i', rows: [0, 2], replace: false, removePlaintext: false }
    ])
    expect(careful.out).toContain('Use --replace')
    const { code, calls, out } = await run(['import', '/x/.env', '--replace', '--remove-plaintext'], {
      preview
    })
    expect(code).toBe(0)
    expect(calls).toContainEqual([
      'runImport',
      { id: 'i', rows: [0, 1, 2], replace: true, removePlaintext: true }
    ])
    expect(out).toContain('a disk may keep')
  })

  it('changes nothing in a dry run, and writes JSON when it is asked to', async () => {
    const { calls, out } = await run(['import', '/x/.env', '--dry-run', '--json', 'all'])
    expect(calls).toEqual([['getLock'], ['previewFile', { path: '/x/.env' }], ['close']])
    expect(JSON.parse(out)).toEqual({ preview: rowsOf([importRow(0)]), report: null })
  })

  it('asks for the passphrase of a sealed file', async () => {
    const preview = { kind: 'sealed', id: 'i', path: null } as const
    const { code, calls } = await run(['import', '/x/a.age'], { preview, typed: [PASSPHRASE] })
    expect(code).toBe(0)
    expect(calls).toContainEqual(['openImport', { id: 'i', secret: PASSPHRASE }])
    expect((await run(['import', '/x/a.age'], { preview })).code).toBe(64)
  })

  it.each([
    ['everything is stored', 0, rowsOf([importRow(0)]), []],
    [
      'a line that is no secret was left out',
      0,
      rowsOf([importRow(0)], ['PORT does not look like a secret.']),
      []
    ],
    ['a line that may be a secret was left out', 1, rowsOf([importRow(0)], ['TOKEN is too long.'], true), []],
    ['a row is refused', 1, rowsOf([importRow(0, { state: 'refused', note: 'why' })]), []],
    ['a row failed', 2, rowsOf([importRow(0)]), [0]]
  ])('says with its code that %s: %i', async (_what, code, preview, fails) => {
    expect((await run(['import', '/x/.env'], { preview, fails })).code).toBe(code)
  })

  it('allows a host of --allow-host in every row that has it, and no other', async () => {
    const rows = [importRow(0, { moreHosts: ['a.example', 'b.example'] }), importRow(1)]
    const hosts = ['--allow-host', 'A.example', '--allow-host', 'c.example']
    const { calls } = await run(['import', '/x/.env', ...hosts], { preview: rowsOf(rows) })
    expect(calls).toContainEqual([
      'runImport',
      expect.objectContaining({ hosts: [{ index: null, host: 'a.example' }] })
    ])
  })

  it('asks no vault for a home that can not be written', async () => {
    const { code, errors, calls } = await run(['import', '/x/.env'], { isReadOnly: true })
    expect([code, calls]).toEqual([64, []])
    expect(errors).toContain('can’t be written')
  })
})
