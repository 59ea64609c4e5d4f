import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { doctorCheckIds, doctorReport } from '#shared/doctor.ts'
import { VaultError } from '#shared/problem.ts'
import { Doctor } from './doctor.ts'
import { audit, catalogOf, entry, ports, rowOf, tidy, view, SECRET } from './doctor.testkit.ts'

describe('the doctor', () => {
  it('passes every check of a healthy vault, each once, with the milliseconds of the keychain', async () => {
    const report = parse(doctorReport, await new Doctor(ports()).run({ readEntries: true }))
    expect(report.rows.map(({ id }) => id).toSorted()).toEqual([...doctorCheckIds].toSorted())
    expect(report.rows.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(report.rows.find(({ id }) => id === 'keychain')?.fact).toBe('write, read, delete in 41 ms')
    expect(report.repaired).toEqual([])
  })

  it('opens no entry unless it is asked to', async () => {
    let opened = 0
    const catalog = catalogOf(view(), {
      readEntry: async () => {
        opened += 1
        return 'readable'
      }
    })
    expect((await rowOf('entries', { catalog }, false)).state).toBe('skipped')
    expect(opened).toBe(0)
    expect((await rowOf('entries', { catalog }, true)).fact).toBe('1 of 1')
    expect(opened).toBe(1)
  })

  it('stops opening entries at the first refusal of the keychain', async () => {
    let opened = 0
    const catalog = catalogOf(view({ entries: ['a', 'b', 'c'].map((name) => entry(name)) }), {
      readEntry: () => {
        opened += 1
        return Promise.reject(new VaultError('KEYCHAIN_LOCKED'))
      }
    })
    expect(await rowOf('entries', { catalog })).toMatchObject({
      state: 'skipped',
      remedy: expect.stringContaining('Unlock')
    })
    expect(opened).toBe(1)
  })

  it('goes on when every port breaks, and passes on no word of what they threw', async () => {
    const breaking = () => Promise.reject(new SyntaxError(`Unexpected token in ${SECRET}`))
    const all = ports({
      keychainRoundTrip: breaking,
      storageHealth: breaking,
      files: { audit: breaking, strays: breaking, close: breaking, sweep: breaking },
      catalog: {
        ...catalogOf(view(), { readEntry: breaking, settle: breaking }),
        lastRun: () => {
          throw new Error(SECRET)
        },
        noteRun: () => {
          throw new Error(SECRET)
        }
      },
      bindLoopback: breaking,
      sops: breaking,
      oldFiles: breaking,
      oldKiwiAccounts: breaking
    })
    const report = parse(doctorReport, await new Doctor(all).fix({ checks: null, readEntries: true }))
    expect(JSON.stringify(report)).not.toContain(SECRET)
    expect(report.rows.filter(({ state }) => state === 'failure').length).toBeGreaterThan(5)
  })

  it('puts what needs a person first', async () => {
    const report = await new Doctor(
      ports(audit({ open: ['a'], homeProblem: 'It is a link to another place.' }))
    ).run({
      readEntries: false
    })
    expect(report.rows.slice(0, 2).map(({ id }) => id)).toEqual(['home', 'modes'])
  })

  it('repairs what it is asked to and says so', async () => {
    const done: string[] = []
    let intents = 1
    const fixing = ports({
      files: {
        audit: async () => tidy,
        strays: async () => [],
        close: async () => {
          done.push('close')
          return 2
        },
        sweep: async () => {
          done.push('sweep')
          return 1
        }
      },
      catalog: catalogOf(null, {
        view: async () => view({ intents }),
        settle: async () => {
          done.push('settle')
          intents = 0
          return true
        }
      })
    })
    const one = await new Doctor(fixing).fix({ checks: ['modes'], readEntries: false })
    expect(one.repaired).toEqual(['Made 2 files and folders private.'])
    expect(done).toEqual(['close'])
    const all = await new Doctor(fixing).fix({ checks: null, readEntries: false })
    expect(all.repaired).toEqual([
      'Made 2 files and folders private.',
      'Removed 1 half-written file.',
      'Settled 1 interrupted operation.'
    ])
    expect(all.rows.find(({ id }) => id === 'intents')?.state).toBe('ok')
  })
})
