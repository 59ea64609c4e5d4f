import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { ASKED_IN_WINDOW } from '#shared/broker/terminal-requests.ts'
import type { ImportPreview, ImportReport, ImportRequest, ImportRow } from '#shared/transfer.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { VaultRefusal } from '../../../src-socket/vault-connection.ts'
import { fakeVault, type FakeAnswers } from '../../client/vault.testkit.ts'
import { runFake } from '../../terminal/cli.testkit.ts'

const PASSPHRASE = 'a passphrase of words'

function importRow(index: number, change: Partial<ImportRow> = {}): ImportRow {
  return {
    index,
    service: 'stripe',
    account: `account-${index}`,
    name: 'Stripe',
    kind: 'api-key',
    masked: 'sk••••••••yz',
    state: 'new',
    note: null,
    ...change
  }
}

const healthy: StorageHealth = { backend: 'keychain', label: 'Keyring', state: 'healthy', problem: null }
const locked: StorageHealth = {
  backend: null,
  label: 'Encrypted files',
  state: 'locked',
  problem: toProblem(new VaultError('VAULT_LOCKED'))
}

type Rows = Extract<ImportPreview, { kind: 'rows' }>

function rowsOf(rows: ImportRow[], skipped: string[] = [], leavesSecrets = false): Rows {
  return {
    kind: 'rows',
    id: 'i',
    format: 'env',
    path: '~/.env',
    rows,
    skipped,
    leavesSecrets,
    removable: true
  }
}

type Given = {
  readonly typed?: readonly (string | null)[]
  readonly isInteractive?: boolean
  readonly preview?: ImportPreview
  readonly missing?: string[]
  readonly fails?: readonly number[]
  readonly isReadOnly?: boolean
  readonly isLocked?: boolean
  readonly input?: string
}

async function run(args: readonly string[], given: Given = {}) {
  const { typed = [], isInteractive = false, preview = rowsOf([importRow(0)]), missing = [] } = given
  const calls: unknown[] = []
  const left = [...typed]
  const report = (request: ImportRequest): ImportReport => {
    const rows = request.rows.map((index) => ({
      index,
      result: given.fails?.includes(index) === true ? ('failed' as const) : ('imported' as const),
      note: null
    }))
    return { rows, imported: rows.length, plaintext: request.removePlaintext ? 'removed' : 'kept' }
  }
  const answers: FakeAnswers = {
    checkStorage: async () => (given.isLocked === true ? locked : healthy),
    unlockStore: async () => healthy,
    exportTo: async ({ path }: { readonly path: string }) => ({ path, exported: 2, missing }),
    previewFile: async () => preview,
    previewText: async (_none, { body }) => {
      calls.push(['body', await body()])
      return preview
    },
    openImport: async () => rowsOf([importRow(0)]),
    runImport: async (request: ImportRequest) => report(request)
  }
  const ended = await runFake(args, {
    isInteractive: () => isInteractive,
    askSecret: async () => left.shift() ?? null,
    readBytes: () => Readable.from([Buffer.from(given.input ?? '')]),
    isReadOnly: async () => given.isReadOnly ?? false,
    openVault: async () => fakeVault(answers, calls)
  })
  return { ...ended, calls }
}

describe('a store that is locked', () => {
  const locked = { isLocked: true }

  it.each([
    [
      'export',
      ['export', '/x.age'],
      [
        ['checkStorage'],
        ['unlockStore', { passphrase: 'of the store' }],
        ['exportTo', { path: '/x.age', passphrase: PASSPHRASE }],
        ['close']
      ]
    ],
    [
      'import',
      ['import', '/.env'],
      [['checkStorage'], ['unlockStore', { passphrase: 'of the store' }], ['previewFile', { path: '/.env' }]]
    ]
  ])('is opened by its own passphrase first: %s', async (_name, args, begun) => {
    const { code, calls } = await run(args, { ...locked, typed: ['of the store', PASSPHRASE] })
    expect(code).toBe(0)
    expect(calls.slice(0, begun.length)).toEqual(begun)
  })

  it('is reported in a dry run, which compares with the stored values', async () => {
    const given = { ...locked, typed: ['of the store'] }
    const { code, errors, calls } = await run(['import', '/.env', '--dry-run'], given)
    expect(code).toBe(0)
    expect(errors).toContain('The store is locked')
    expect(calls.slice(1)).toEqual([
      ['unlockStore', { passphrase: 'of the store' }],
      ['previewFile', { path: '/.env' }],
      ['close']
    ])
  })

  it.each([
    ['export', '/x.age'],
    ['import', '/.env']
  ])('is reported if no passphrase comes: %s', async (...args) => {
    const { code, errors, calls } = await run(args, locked)
    expect([code, calls.at(-1)]).toEqual([70, ['close']])
    expect(errors).toContain('No passphrase was given')
  })
})

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
    expect(code).toBe(70)
    expect(errors).toMatch(/Import (a|the) file\.|Leave out/)
  })
})

describe('latchkey export', () => {
  it('asks for the passphrase, writes to the whole path and says that it was read back', async () => {
    const { code, out, calls } = await run(['export', '/backup/all.age'], { typed: [PASSPHRASE] })
    expect(code).toBe(0)
    expect(calls).toEqual([
      ['checkStorage'],
      ['exportTo', { path: '/backup/all.age', passphrase: PASSPHRASE }],
      ['close']
    ])
    expect(out).toBe('2 exported to /backup/all.age, read back.\n')
  })

  it('asks twice on a terminal, and exports nothing if the answers differ', async () => {
    const twice = { typed: [PASSPHRASE, `${PASSPHRASE}!`], isInteractive: true }
    const { code, calls, errors } = await run(['export', 'x.age'], twice)
    expect([code, calls]).toEqual([64, [['checkStorage'], ['close']]])
    expect(errors).toContain('not the same')
    expect(errors).not.toContain(PASSPHRASE)
  })

  it('asks no vault for a home that can not be written', async () => {
    const calls: unknown[] = []
    const { code, out } = await runFake(['export', '/backup/all.age'], {
      askSecret: async () => PASSPHRASE,
      isReadOnly: async () => true,
      openReadOnly: async () => ({
        isLocked: async () => false,
        unlock: async () => undefined,
        exportTo: async (path) => ({ path, exported: 1, missing: [] }),
        close: async () => void calls.push('close')
      })
    })
    expect([code, out, calls]).toEqual([0, '1 exported to /backup/all.age, read back.\n', ['close']])
  })

  it.each([
    ['is allowed', null, 0, '2 exported'],
    ['is not allowed', new VaultRefusal({ code: 'APPROVAL_DENIED', message: 'Not allowed.' }), 77, '']
  ])('says that it waits for the window, and with its code that it %s', async (_how, refusal, code, said) => {
    const ended = await runFake(['export', '/x.age'], {
      askSecret: async () => PASSPHRASE,
      isReadOnly: async () => false,
      openVault: async () =>
        fakeVault(
          {
            checkStorage: async () => healthy,
            exportTo: async ({ path }: { readonly path: string }, { notice }) => {
              notice(ASKED_IN_WINDOW)
              if (refusal !== null) throw refusal
              return { path, exported: 2, missing: [] }
            }
          },
          []
        )
    })
    expect([ended.code, ended.out]).toEqual([code, expect.stringContaining(said)])
    expect(ended.errors).toMatch(/^latchkey: waiting for your answer in Latchkey’s window\n/)
    if (refusal !== null) expect(ended.errors).toContain('Not allowed. (APPROVAL_DENIED)')
  })

  it('does not send a passphrase that is too short', async () => {
    const { code, errors, calls } = await run(['export', 'x.age'], { typed: ['too short'] })
    expect([code, calls]).toEqual([70, [['checkStorage'], ['close']]])
    expect(errors).toContain('12 to 1024 characters')
    expect(errors).not.toContain('too short')
  })

  it('names the credentials that are not in the file and ends with 1', async () => {
    const given = { typed: [PASSPHRASE], missing: ['GitHub · ana'] }
    const { code, out } = await run(['export', 'x.age'], given)
    expect(code).toBe(1)
    expect(out).toContain('! GitHub · ana can’t be read')
  })

  it.each([[[]], [['a', 'b']], [['--passphrase=four words', 'a']]])('does not take %j', async (more) => {
    const { code, calls, errors } = await run(['export', ...more], { typed: [PASSPHRASE] })
    expect([code, calls]).toEqual([64, []])
    expect(errors).not.toContain('four words')
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
    const { calls, out } = await run(['import', '/x/.env', '--dry-run', '--json'])
    expect(calls).toEqual([['checkStorage'], ['previewFile', { path: '/x/.env' }], ['close']])
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
    expect([code, calls]).toEqual([70, []])
    expect(errors).toContain('can not be written')
  })
})
