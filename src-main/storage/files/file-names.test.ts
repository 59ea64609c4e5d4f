import { expect, test } from 'vitest'
import { keyOfSafeName, safeName } from './file-names.ts'

test.each([
  ['github', 'github'],
  ['my-key_1.x', 'my-key_1.x'],
  ['A', '%41'],
  ['%41', '%2541'],
  ['["a","B"]', '%5b%22a%22%2c%22%42%22%5d'],
  ['ü', '%c3%bc'],
  ['..', '%2e.'],
  ['.hidden', '%2ehidden'],
  ['con', '%63on'],
  ['nul.txt', '%6eul.txt'],
  ['com1', '%63om1'],
  ['console', 'console']
])('The name of %j is %j and leads back to it', (key, name) => {
  expect(safeName(key, 100)).toBe(name)
  expect(keyOfSafeName(name)).toBe(key)
})

test('A long name is cut to its limit, stays different, and does not pretend to lead back', () => {
  const [one, other] = [safeName(`${'K'.repeat(300)}1`, 120), safeName(`${'K'.repeat(300)}2`, 120)]
  expect([one.length, other.length]).toEqual([120, 120])
  expect(one).not.toBe(other)
  expect(keyOfSafeName(one)).toBeNull()
})

test.each(['A', '%4', '%zz', '%C3%BC', '%61'])('A foreign name, %j, leads to no key', (name) => {
  expect(keyOfSafeName(name)).toBeNull()
})
