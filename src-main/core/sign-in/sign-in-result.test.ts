import { describe, expect, it } from 'vitest'
import { accountLabels, cleanLabel } from './sign-in-result.ts'

function first(count: number, choice: Parameters<typeof accountLabels>[0]): string[] {
  const labels: string[] = []
  for (const label of accountLabels(choice)) {
    labels.push(label)
    if (labels.length === count) break
  }
  return labels
}

describe('what an account is called', () => {
  const rows: [string, Parameters<typeof accountLabels>[0], string[]][] = [
    [
      'what the person typed',
      { typed: 'work', fromProvider: 'a@b.c', subject: '123456789' },
      ['work', 'work (12345678)', 'work (2)']
    ],
    [
      'what the provider calls it',
      { typed: null, fromProvider: 'a@b.c', subject: null },
      ['a@b.c', 'a@b.c (2)', 'a@b.c (3)']
    ],
    [
      'default, without any name',
      { typed: null, fromProvider: null, subject: null },
      ['default', 'default (2)', 'default (3)']
    ],
    [
      'not twice the same',
      { typed: null, fromProvider: 'alice', subject: 'alice' },
      ['alice', 'alice (2)', 'alice (3)']
    ],
    [
      'default, when nothing of the name can be shown',
      { typed: null, fromProvider: ' \u0000 ', subject: null },
      ['default', 'default (2)', 'default (3)']
    ]
  ]
  it.each(rows)('%s', (_name, choice, expected) => {
    expect(first(3, choice)).toEqual(expected)
  })

  it('keeps no direction marks, line ends or half characters, and 120 characters at most', () => {
    expect(cleanLabel('a\u202eb\u2028c\ud800d')).toBe('a b c d')
    expect(Array.from(cleanLabel('🦊'.repeat(500)) ?? '')).toHaveLength(120)
    expect(cleanLabel('\n')).toBeNull()
    expect(cleanLabel(null)).toBeNull()
  })
})
