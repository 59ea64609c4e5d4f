import { expect, test } from 'vitest'
import { readLayout } from './layout.ts'

const first = { view: { kind: 'all' }, order: 'attention', grouping: 'status' }

test('The list begins as it was left, part by part, and as at the first start where that can not be read', () => {
  const left = { view: { kind: 'of-tag', tag: 'work' }, order: 'name', grouping: 'kind' }
  expect(readLayout(left)).toEqual(left)
  expect(readLayout({ ...left, view: { kind: 'of-planet' } })).toEqual({ ...left, view: { kind: 'all' } })
  expect(readLayout({ order: 'size', grouping: 'service' })).toEqual({ ...first, grouping: 'service' })
  for (const stored of [null, 'text', [], 7]) expect(readLayout(stored)).toEqual(first)
})
