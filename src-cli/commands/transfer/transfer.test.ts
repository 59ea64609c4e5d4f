import { describe, expect, it } from 'vitest'
import { PASSPHRASE, run } from './transfer.testkit.ts'

describe('long work', () => {
  const CLEAR = '\r\u001B[K'
  const line = (doing: string): string => `${CLEAR}${doing} 120 of 5000${CLEAR}`

  it('says how far it is on one line of the terminal, which is gone at the end', async () => {
    const plain = await run(['import', '/.env'], { isLong: true })
    expect(plain).toMatchObject({ code: 0, errors: line('Compared') + line('Imported') })
    const preview = { kind: 'sealed', id: 'i', path: '/x.age' } as const
    const sealed = await run(['import', '/x.age'], { isLong: true, preview, typed: [PASSPHRASE] })
    expect(sealed).toMatchObject({
      code: 0,
      errors: line('Compared') + line('Compared') + line('Imported')
    })
    const exported = await run(['export', '/x.age'], { isLong: true, typed: [PASSPHRASE] })
    expect(exported).toMatchObject({ code: 0, errors: line('Read') })
  })

  it('says nothing of it where standard error is no terminal', async () => {
    expect(await run(['import', '/.env'])).toMatchObject({ code: 0, errors: '' })
    expect(await run(['export', '/x.age'], { typed: [PASSPHRASE] })).toMatchObject({ code: 0, errors: '' })
  })
})

describe('a store that is locked', () => {
  const locked = { isLocked: true }

  it.each([
    [
      'export',
      ['export', '/x.age'],
      [
        ['getLock'],
        ['unlockVault', { passphrase: 'of the store' }],
        ['exportTo', { path: '/x.age', passphrase: PASSPHRASE }],
        ['close']
      ]
    ],
    [
      'import',
      ['import', '/.env'],
      [['getLock'], ['unlockVault', { passphrase: 'of the store' }], ['previewFile', { path: '/.env' }]]
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
      ['unlockVault', { passphrase: 'of the store' }],
      ['previewFile', { path: '/.env' }],
      ['close']
    ])
  })

  it.each([
    ['export', '/x.age'],
    ['import', '/.env']
  ])('is reported if no passphrase comes: %s', async (...args) => {
    const { code, errors, calls } = await run(args, locked)
    expect([code, calls.at(-1)]).toEqual([75, ['close']])
    expect(errors).toContain('no passphrase was given')
  })
})
