import { describe, expect, it } from 'vitest'
import { tableLines, widthOf } from './table.ts'

describe('the width of a text on a terminal', () => {
  it.each([
    ['octocat', 7],
    ['', 0],
    ['日本語', 6],
    ['한국', 4],
    ['e\u0301', 1],
    ['🔑', 2],
    ['naïve “✓”… → ✗', 14],
    ['✓ 日本', 6],
    ['a\u00adb', 2],
    ['\u001b[32m✓ Valid\u001b[0m', 7]
  ])('%s is %i', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })
})

describe('a table', () => {
  it('aligns its columns, also with wide letters and colours, and ends no line with blanks', () => {
    expect(
      tableLines([
        ['SERVICE', 'ACCOUNT', 'STATUS'],
        ['x', '日本', '\u001b[32mok\u001b[0m'],
        ['long-name', '', '']
      ])
    ).toEqual(['SERVICE    ACCOUNT  STATUS', 'x          日本     \u001b[32mok\u001b[0m', 'long-name'])
  })

  it('has no line without rows', () => {
    expect(tableLines([])).toEqual([])
  })
})
