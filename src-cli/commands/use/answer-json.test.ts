import { expect, it } from 'vitest'
import { answerJson } from './answer-json.ts'

const head = { status: 200, statusText: 'OK', headers: [] }

async function* pieces(...all: readonly Uint8Array[]) {
  yield* all
}

it('has text as it came, also where a letter was cut in two', async () => {
  const bytes = Buffer.from('\uFEFF{"name":"Zoë"}')
  const body = pieces(...[...bytes].map((byte) => Uint8Array.of(byte)))
  expect(await answerJson(head, body)).toEqual({
    ...head,
    headers: {},
    body: bytes.toString(),
    encoding: 'text'
  })
})

it('has bytes that are no text as base64, and nothing as an empty text', async () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xc3)
  expect(await answerJson(head, pieces(bytes))).toMatchObject({ body: '/wDD', encoding: 'base64' })
  expect(await answerJson(head, null)).toMatchObject({ body: '', encoding: 'text' })
})

it('has the headers by small letters, and several values of one name joined', async () => {
  const headers = [
    ['Link', '<a>'],
    ['__proto__', 'x'],
    ['LINK', '<b>']
  ] as const
  const { headers: found } = await answerJson({ ...head, headers }, null)
  expect(Object.entries(found)).toEqual([
    ['link', '<a>, <b>'],
    ['__proto__', 'x']
  ])
})

it('refuses an answer that is too long to hold', async () => {
  const tooLong = pieces(new Uint8Array(32 * 1024 * 1024), Uint8Array.of(1))
  await expect(answerJson(head, tooLong)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})
