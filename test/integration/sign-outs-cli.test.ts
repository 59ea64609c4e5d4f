import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DoctorReport } from '#shared/doctor.ts'
import { type Catalog, openCatalog } from '../../src-main/storage/catalog/catalog.ts'
import { openTestApp } from '../support/open-app.ts'
import { makeReadOnly, makeWritable, reader } from '../support/read-only-folder.ts'
import { type CliEnd, runCli } from '../support/run-cli.ts'
import { newVaultHome, removeVaultHome } from '../support/vault-harness.ts'
import { endVaults, statusOf, vaultsOf } from '../support/vault-processes.ts'

const page = 'https://op.example.test/access'
const note = { name: 'Example ID', account: 'ana', host: 'op.example.test', page }
const morning = new Date('2026-11-21T08:00:00Z')
const noon = new Date('2026-11-21T12:00:00Z')

let home: string
beforeEach(async () => {
  home = await newVaultHome()
})
afterEach(async () => {
  await endVaults(home)
  await removeVaultHome(home)
})

const env = () => ({ LATCHKEY_HOME: home, LATCHKEY_STORE: 'file' })

function latchkey(...args: string[]): Promise<CliEnd> {
  return runCli(args, env())
}

/** Runs `work` on the real catalog of a home that no process has open. */
async function inCatalog<T>(work: (catalog: Catalog) => T): Promise<T> {
  const catalog = await openCatalog(join(home, 'catalog.db'))
  try {
    return work(catalog)
  } finally {
    catalog.close()
  }
}
const numbers = (): Promise<string[]> =>
  inCatalog(({ signOuts }) =>
    signOuts
      .list()
      .map(({ id }) => id)
      .toReversed()
  )

async function doctorsState(): Promise<string | undefined> {
  const { out } = await latchkey('doctor', '--json', 'all')
  return (JSON.parse(out) as DoctorReport).rows.find(({ id }) => id === 'sign-outs')?.state
}

describe('sign-outs that were not confirmed, on the command line', () => {
  it('are listed with number, day and page, and go one by one, also two of one account', async () => {
    await inCatalog(({ signOuts }) => {
      signOuts.add({ ...note, at: morning })
      signOuts.add({ ...note, at: noon })
    })
    const listed = await latchkey('sign-outs', '--json', 'all')
    expect(listed).toMatchObject({ code: 1, errors: '' })
    expect(JSON.parse(listed.out)).toEqual([
      { ...note, id: '2', at: noon.toISOString() },
      { ...note, id: '1', at: morning.toISOString() }
    ])
    expect((await latchkey('sign-outs')).out).toContain(page)
    const done = await latchkey('sign-outs', '--done', '1')
    expect(done).toEqual({
      code: 0,
      out: 'Off the list: Example ID, ana · op.example.test · signed out 2026-11-21 08:00 UTC\n',
      errors: ''
    })
    expect([await numbers(), await doctorsState()]).toEqual([['2'], 'warning'])
    expect((await latchkey('sign-outs', '--done', '2')).code).toBe(0)
    expect(await latchkey('sign-outs')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^The list of unconfirmed sign-outs is empty/)
    })
    expect(await doctorsState()).toBe('ok')
  })

  it('stay, all of them, when one of the numbers is not listed', async () => {
    await inCatalog(({ signOuts }) => signOuts.add({ ...note, at: noon }))
    const refused = await latchkey('sign-outs', '--done', '1', '7')
    expect(refused).toMatchObject({ code: 64, out: '' })
    expect(refused.errors).toContain('“latchkey sign-outs” shows the numbers. Nothing was changed.')
    expect(await numbers()).toEqual(['1'])
  })

  it('are listed and taken off while the app is open on the home, and its window is told', async () => {
    await inCatalog(({ signOuts }) => signOuts.add({ ...note, at: noon }))
    const { vault, close } = await openTestApp({ home, store: 'file' })
    try {
      const told: number[] = []
      vault.on('signOutsChanged', (notes) => told.push(notes.length))
      expect(await latchkey('sign-outs')).toMatchObject({ code: 1, errors: '' })
      expect(await latchkey('sign-outs', '--done', '1', '1')).toMatchObject({ code: 0, errors: '' })
      expect(told).toEqual([0])
      expect((await vault.handlers.getSnapshot()).signOuts).toEqual([])
      expect((await statusOf(home)).holder).toBe('app')
    } finally {
      await close()
    }
  })

  it('are for the person: a paired program neither reads them nor takes them off', async () => {
    await inCatalog(({ signOuts }) => signOuts.add({ ...note, at: noon }))
    const key = join(home, 'build.key')
    expect((await latchkey('pair', 'build', '--key-file', key)).code).toBe(0)
    for (const args of [['sign-outs'], ['sign-outs', '--done', '1']]) {
      expect(await runCli(args, { ...env(), LATCHKEY_CLIENT_KEY: key })).toEqual({
        code: 64,
        out: '',
        errors: 'latchkey: Only the person may ask for this, not a program. (INVALID_REQUEST)\n'
      })
    }
    expect(await numbers()).toEqual(['1'])
  })

  it('are an empty list without a home; the home is not made, and nothing is started', async () => {
    await rm(home, { recursive: true })
    expect(await latchkey('sign-outs', '--json', 'all')).toEqual({ code: 0, out: '[]\n', errors: '' })
    expect(await latchkey('sign-outs', '--done', '1')).toMatchObject({ code: 64, out: '' })
    await expect(stat(home)).rejects.toThrow('ENOENT')
    expect(vaultsOf(home)).toEqual([])
  })

  it('are listed of a folder that can not be written, and stay there', async () => {
    await inCatalog(({ signOuts }) => signOuts.add({ ...note, at: noon }))
    await makeReadOnly(home)
    const listed = await runCli(['sign-outs', '--json', 'all'], env(), '', reader)
    expect(listed).toMatchObject({ code: 1, errors: '' })
    expect(JSON.parse(listed.out)).toEqual([{ ...note, id: '1', at: noon.toISOString() }])
    const kept = await runCli(['sign-outs', '--done', '1'], env(), '', reader)
    expect(kept).toMatchObject({ code: 64, out: '', errors: expect.stringContaining('nothing was changed') })
    await makeWritable(home)
    expect([await numbers(), vaultsOf(home)]).toEqual([['1'], []])
  })

  it('print no terminal controls and no address of another kind from the catalog', async () => {
    await inCatalog(({ signOuts }) =>
      signOuts.add({
        name: 'A\u001b[2J',
        account: 'b\u202ec\n',
        host: 'd\u009b',
        page: 'file:///x',
        at: noon
      })
    )
    const { out } = await latchkey('sign-outs')
    expect(out).toContain('A?[2J, b?c? · d? · signed out')
    expect(out).toContain('no page is known')
  })

  it('say that a catalog can not be read, and leave it as it is', async () => {
    const text = 'not a catalog'.repeat(50)
    await writeFile(join(home, 'catalog.db'), text, { mode: 0o600 })
    for (const args of [[], ['--done', '1']]) {
      const { code, errors } = await latchkey('sign-outs', ...args)
      expect([code, errors]).toEqual([70, expect.stringContaining('CREDENTIAL_UNREADABLE')])
    }
    // A vault that was started for it has left no more than the folder of its lock.
    expect(await readdir(home)).toEqual(['catalog.db', 'run'])
    expect(await readFile(join(home, 'catalog.db'), 'utf8')).toBe(text)
  })
})
