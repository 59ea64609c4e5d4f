import { describe, expect, it } from 'vitest'
import { progressLine } from './progress-line.ts'

function world({ isErrorShown = true } = {}) {
  const written: string[] = []
  let time = 1000
  const terminal = { isErrorShown: () => isErrorShown, writeError: (text: string) => void written.push(text) }
  const line = progressLine(terminal, () => time)
  const after = (ms: number): void => void (time += ms)
  return { after, line, written }
}

describe('the line that says how far long work is', () => {
  it('is not shown for work that ends soon', () => {
    const { after, line, written } = world()
    after(499)
    line.show('Read', { done: 9, total: 9 })
    line.clear()
    expect(written).toEqual([])
  })

  it('is written over, at most ten times a second, and is gone at the end', () => {
    const { after, line, written } = world()
    after(500)
    line.show('Read', { done: 1, total: 9 })
    after(99)
    line.show('Read', { done: 2, total: 9 })
    after(1)
    line.show('Read', { done: 3, total: 9 })
    line.clear()
    line.clear()
    expect(written).toEqual(['\r\u001B[KRead 1 of 9', '\r\u001B[KRead 3 of 9', '\r\u001B[K'])
  })

  it('is not shown where standard error is a file or a pipe', () => {
    const { after, line, written } = world({ isErrorShown: false })
    after(5000)
    line.show('Read', { done: 1, total: 9 })
    line.clear()
    expect(written).toEqual([])
  })
})
