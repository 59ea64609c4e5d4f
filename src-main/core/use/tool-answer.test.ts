import { describe, expect, it } from 'vitest'
import { answer, run, world } from '../testing/tool-world.ts'

describe('the body of an answer', () => {
  const bodyOf = async (body: string | Uint8Array, type: string | null): Promise<[unknown, unknown]> => {
    const headers = type === null ? [] : ([['content-type', type]] as const)
    const result = await run(world(() => answer(200, body, headers)).ports)
    return [result.body, result.metadata['binary']]
  }
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)

  it.each([
    ['JSON', '{"a": [1, null]}', 'application/json', { a: [1, null] }],
    ['JSON of another name', '[1]', 'application/problem+json', [1]],
    ['JSON after a byte order mark', '\uFEFF{}', 'application/json', {}],
    ['text of no type', '{"a": 1}', null, '{"a": 1}'],
    ['text that only says that it is JSON', '{"a": ', 'application/json', '{"a": '],
    ['text of every plane', 'é 例え 👩🏽‍🚀 100 %', 'text/plain', 'é 例え 👩🏽‍🚀 100 %'],
    ['JSON that is too deep to walk through', deep, 'application/json', deep],
    ['nothing', '', 'application/json', null]
  ])('is %s', async (_, body, type, expected) => {
    expect(await bodyOf(body, type)).toEqual([expected, undefined])
  })

  it.each([
    [[0xff, 0xd8, 0xff, 0xe0]],
    [[0xc0, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf0, 0x9f]],
    [[0x61, 0, 0x62]]
  ])('is null and marked as binary if it is not text: %j', async (bytes) => {
    expect(await bodyOf(new Uint8Array(bytes), 'image/jpeg')).toEqual([null, true])
  })

  it('is kept whole where a piece of it ends within a character', async () => {
    const text = `${'x'.repeat(8191)}é${'é'.repeat(9000)}`
    expect(await bodyOf(text, 'text/plain')).toEqual([text, undefined])
  })

  it('comes with each header once, in lower case', async () => {
    const headers = [
      ['Link', '<a>'],
      ['link', '<b>'],
      ['__proto__', 'x']
    ] as const
    const result = await run(world(() => answer(404, '', headers)).ports)
    expect(Object.entries(result.headers)).toEqual([
      ['link', '<a>, <b>'],
      ['__proto__', 'x']
    ])
    expect(result).toMatchObject({ success: false, error: 'The server answered with status 404.' })
  })
})
