import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const words = ['doctor', 'export', 'import', 'sign-out', 'sign-outs', 'store', 'move']

it.each([
  ['docter', 'doctor'],
  ['DOCTOR', 'doctor'],
  ['dcotor', 'doctor'],
  ['exprot', 'export'],
  ['stroe', 'store'],
  ['mvoe', 'move'],
  ['signout', 'sign-out'],
  ['sign-outs', 'sign-outs']
])('takes %s for %s', (typed, meant) => {
  expect(nearest(typed, words)).toBe(meant)
})

it.each(['', 'x', 'list', 'mo', 'ghp_0123456789'])('returns null for %j', (typed) => {
  expect(nearest(typed, ['doctor', 'import', 'export'])).toBeNull()
})

it('returns null if two words are equally near', () => {
  expect(nearest('xmport', ['import', 'export'])).toBe('import')
  expect(nearest('emport', ['import', 'export'])).toBeNull()
})
