import { describe, expect, it } from 'vitest'
import { UsageError } from '../../terminal/command.ts'
import { chosenKey, type KeyWish } from './key-choice.ts'

const nothing: KeyWish = {
  key: null,
  keyName: null,
  keyfile: null,
  settings: [],
  baseUrl: null,
  profileKeyName: null
}
/** Each way, from the one that counts least. */
const ways: readonly [Partial<KeyWish>, unknown][] = [
  [{ baseUrl: 'https://API.example.com:8443/v1' }, { kind: 'host', host: 'api.example.com:8443' }],
  [{ settings: ['auth-keyfile=/a=b'] }, { kind: 'file', path: '/a=b' }],
  [{ settings: ['auth-keyfile=/a', 'auth-key-name=set'] }, { kind: 'name', name: 'set' }],
  [{ keyfile: '/own' }, { kind: 'file', path: '/own' }],
  [{ profileKeyName: 'profile' }, { kind: 'name', name: 'profile' }],
  [{ keyName: 'typed' }, { kind: 'name', name: 'typed' }],
  [{ key: 'value' }, { kind: 'value', value: 'value' }]
]

describe('the key that counts', () => {
  it('is none where nothing is said', () => {
    expect(chosenKey(nothing)).toBeNull()
  })

  it.each(ways.map(([wish, source], at) => [JSON.stringify(source), { at, wish, source }] as const))(
    'is %s where it alone is said, and beside all that count less',
    (_what, { at, wish, source }) => {
      expect(chosenKey({ ...nothing, ...wish })).toEqual(source)
      const all = ways.slice(0, at + 1).map(([each]) => each)
      expect(chosenKey(Object.assign({ ...nothing }, ...all) as KeyWish)).toEqual(source)
    }
  )

  it.each([['auth-key=sk-123'], ['auth-key-name='], ['nope=1'], ['constructor=1'], ['x']])(
    'is not said by the setting %s, which is refused without a word of it',
    (setting) => {
      expect(() => chosenKey({ ...nothing, settings: [setting] })).toThrow(
        new UsageError('--set is auth-key-name=NAME or auth-keyfile=FILE.')
      )
    }
  )

  it('is not said by something that is no address', () => {
    expect(() => chosenKey({ ...nothing, baseUrl: 'api.example.com' })).toThrow(UsageError)
  })
})
