import * as v from 'valibot'
import { expect, test } from 'vitest'
import { serviceId } from '#shared/credential.ts'
import { distinctName, serviceFor } from './named-slug.ts'

const names = [
  'linear',
  'Linear',
  'LINEAR',
  'lin ear',
  'lin_ear',
  'lin/ear',
  'lin-ear',
  'https://mcp.example.net/sse',
  'https://mcp.example.net/sse?',
  'ü',
  'u\u0308',
  '鍵',
  '🔑',
  '..',
  ' ',
  `${'n'.repeat(300)}1`,
  `${'n'.repeat(300)}2`
]

test('Different names become different services, all of them such as the contract allows', () => {
  const services = names.map((name) => serviceFor('mcp', name))
  expect(new Set(services).size).toBe(names.length)
  expect(services.filter((service) => !v.is(serviceId, service))).toEqual([])
  expect(services[0]).toBe('mcp.linear')
})

test('A name that is itself the form of another one does not meet it', () => {
  const changed = distinctName('Linear', { allowed: /^[a-z]$/, maxLength: 60 })
  expect(distinctName(changed, { allowed: /^[a-z0-9._]$/, maxLength: 60 })).not.toBe(changed)
})

test('A name is cut to its greatest length, and its end still counts', () => {
  const allowed = /^[a-z0-9]$/
  const [one, other] = ['1', '2'].map((end) =>
    distinctName(`${'n'.repeat(80)}${end}`, { allowed, maxLength: 60 })
  )
  expect([one?.length, other?.length, one === other]).toEqual([60, 60, false])
})

test.each([
  ['empty', ''],
  ['with NUL', 'a\0b'],
  ['with half a character', 'a\ud800'],
  ['longer than 1,000 characters', 'n'.repeat(1001)]
])('Refuses a name that is %s', (_what, name) => {
  expect(() => serviceFor('extension', name)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
})
