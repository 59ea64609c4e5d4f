import { expect, it } from 'vitest'
import { remoteServersIn } from './remote-servers.ts'

const inFile = (servers: object) => remoteServersIn(JSON.stringify({ mcpServers: servers }), 'mcpServers')
const url = 'https://mcp.example.com/mcp'

it('finds the servers with a bearer token in clear', () => {
  const named = { type: 'http', url, headers: { authorization: 'Bearer tok-1', 'X-Team': 'a' }, note: 1 }
  expect(inFile({ one: named })).toEqual({
    servers: [
      {
        name: 'one',
        url,
        host: 'mcp.example.com',
        token: 'tok-1',
        rest: { type: 'http', url, note: 1, headers: { 'X-Team': 'a' } }
      }
    ],
    others: []
  })
})

it.each<[string, unknown]>([
  ['a program', { command: 'x', env: { TOKEN: 'secret' } }],
  ['a server without headers', { url }],
  ['a placeholder', { url, headers: { Authorization: 'Bearer ${input:token}' } }],
  ['a header that is no secret', { url, headers: { 'X-Team': 'a' } }],
  ['a text', 'no server']
])('has nothing to do with %s', (_, server) => {
  expect(inFile({ server })).toEqual({ servers: [], others: [] })
})

it.each<[string, unknown]>([
  ['a key in a header of its own', { url, headers: { 'X-API-Key': 'secret' } }],
  ['two secrets', { url, headers: { Authorization: 'Bearer tok', 'X-API-Key': 'secret' } }],
  ['basic authentication', { url, headers: { Authorization: 'Basic abc' } }],
  ['an address without TLS', { url: 'http://a.example/', headers: { Authorization: 'Bearer tok' } }],
  ['a password in the address', { url: 'https://a:b@a.example/', headers: { Authorization: 'Bearer tok' } }]
])('names a server that it can not take over: %s', (_, server) => {
  expect(inFile({ server })).toEqual({ servers: [], others: ['server'] })
})

it('says where the text is no configuration', () => {
  expect(remoteServersIn('{"mcpServers": 1}', 'mcpServers')).toBeNull()
})
