import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { auditRow } from './test-rows.ts'
import { filtered, filterOptions, isOpen, noFilter, type UseFilter } from './use-filter.ts'
import { namedCredential } from './use-words.ts'
import { usesOf } from './uses.ts'

const github = '["github","ana"]'
const credentials = new Map([[github, summary({ service: 'github', name: 'GitHub', account: 'ana' })]])
const noTarget = { credential: null, shown: null, host: null, method: null, path: null }
const rows = [
  auditRow({ seq: 6, kind: 'event', action: 'pair', ...noTarget }),
  auditRow({ seq: 5, kind: 'refused', code: 'host', host: 'evil.example:443', reason: 'to look' }),
  auditRow({
    seq: 4,
    clientName: 'terminal',
    credential: '["gone.example","bo"]',
    shown: { service: 'gone.example', name: 'gone.example', account: 'bo' },
    host: 'gone.example:8443'
  }),
  auditRow({ seq: 3, kind: 'outcome', of: 2, status: 200 }),
  auditRow({ seq: 2 })
]
const uses = usesOf(rows).map((use) => ({
  ...use,
  credential: namedCredential(use.row, credentials)
}))
const shown = (filter: Partial<UseFilter>) => filtered(uses, { ...noFilter, ...filter }).map(({ seq }) => seq)

describe('the filter of the log', () => {
  it.each<[Partial<UseFilter>, number[]]>([
    [{}, [6, 5, 4, 2]],
    [{ result: 'used' }, [4, 2]],
    [{ result: 'refused' }, [5]],
    [{ program: 'bot' }, [6, 5, 2]],
    [{ program: 'bot', result: 'used' }, [2]],
    [{ service: 'gone.example' }, [4]],
    [{ credential: github }, [5, 2]],
    [{ text: 'GITHUB get' }, [5, 2]],
    [{ text: 'GITHUB evil' }, [5]],
    [{ text: 'your terminal 8443' }, [4]],
    [{ text: 'to look' }, [5]],
    [{ text: 'may not be sent' }, [5]],
    [{ text: 'paired' }, [6]],
    [{ text: 'answered 200' }, [2]],
    [{ text: ':443' }, []]
  ])('%j', (filter, seqs) => {
    expect(shown(filter)).toEqual(seqs)
  })

  it('offers the programs and services that the lines have, by their names', () => {
    expect(filterOptions(uses)).toEqual({
      programs: [
        { value: 'bot', label: 'bot' },
        { value: 'terminal', label: 'Your terminal' }
      ],
      services: [
        { value: 'github', label: 'GitHub' },
        { value: 'gone.example', label: 'gone.example' }
      ].toSorted((one, other) => one.label.localeCompare(other.label))
    })
  })

  it('knows when it holds nothing back', () => {
    expect(isOpen({ ...noFilter, text: '  ' })).toBe(true)
    expect(isOpen({ ...noFilter, result: 'used' })).toBe(false)
    expect(isOpen({ ...noFilter, text: 'x' })).toBe(false)
    expect(isOpen({ ...noFilter, credential: github })).toBe(false)
  })
})
