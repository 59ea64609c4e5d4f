import { describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { noPolicy, type Policy } from '../../core/use/policy.ts'
import { parsePolicy } from './policy-file.ts'

const whole = `
version: 1
network:
  ca_file: /etc/ssl/company.pem
  local_hosts: [LOCALHOST:8443, 192.168.1.5:80, '[::1]:8080']
  proxy: HTTP://Proxy.example.com:3128
  no_proxy: [GHE.example.com, .example.org, '[::1]', 10.0.0.1]
services:
  github:
    hosts: [api.github.example.com, 'ghe.example.com:8443']
    read_only: true
    encoded_slash: true
    helpers: { git: [GHE.example.com, 'localhost:8443'] }
    deny: ['POST /user/keys', 'ANY api.github.com/admin/**']
    allow:
      - GET,HEAD   /repos/**
clients:
  ci-bot:
    off: true
    no_proposals: true
    per_minute: 60
    per_day: 2000
    services:
      github: { read_only: true, deny: [], allow: [GET localhost:8443/*], off: false }
  terminal: {}
  constructor: { services: {} }
  '007': { off: true }
`

/** The sentence of the error, which has to be CONFIG_INVALID. */
function faultOf(text: string): string {
  try {
    parsePolicy(text)
  } catch (error) {
    if (error instanceof VaultError && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
  return 'no fault'
}
const { network } = noPolicy

describe('a policy', () => {
  it('is read whole', () => {
    const limits = { perMinute: null, perDay: null }
    const policy: Policy = {
      network: {
        caFile: '/etc/ssl/company.pem',
        localHosts: ['localhost:8443', '192.168.1.5:80', '[::1]:8080'],
        proxy: { scheme: 'http', host: 'proxy.example.com', port: 3128 },
        noProxy: ['ghe.example.com', '.example.org', '[::1]', '10.0.0.1']
      },
      services: new Map([
        [
          'github',
          {
            hosts: ['api.github.example.com', 'ghe.example.com:8443'],
            encodedSlash: true,
            helpers: new Map([['git', ['ghe.example.com', 'localhost:8443']]]),
            readOnly: true,
            rules: [
              { effect: 'deny', hosts: [], methods: ['POST'], path: '/user/keys' },
              { effect: 'deny', hosts: ['api.github.com'], methods: 'any', path: '/admin/**' },
              { effect: 'allow', hosts: [], methods: ['GET', 'HEAD'], path: '/repos/**' }
            ]
          }
        ]
      ]),
      clients: new Map([
        [
          'ci-bot',
          {
            off: true,
            noProposals: true,
            limits: { perMinute: 60, perDay: 2000 },
            services: new Map([
              [
                'github',
                {
                  off: false,
                  readOnly: true,
                  rules: [{ effect: 'allow', hosts: ['localhost:8443'], methods: ['GET'], path: '/*' }]
                }
              ]
            ])
          }
        ],
        ['terminal', { off: false, noProposals: false, limits, services: null }],
        ['constructor', { off: false, noProposals: false, limits, services: new Map() }],
        ['007', { off: true, noProposals: false, limits, services: null }]
      ])
    }
    expect(parsePolicy(whole)).toEqual(policy)
  })

  it('is the empty one if it has only a version, and may be JSON', () => {
    expect(parsePolicy('version: 1')).toEqual(noPolicy)
    expect(parsePolicy('{"version": 1, "clients": {}}')).toEqual({ ...noPolicy, network })
  })

  it('keeps the name of a client that looks like a number', () => {
    expect([...parsePolicy('version: 1\nclients: { 007: {}, 1e3: {} }').clients.keys()]).toEqual([
      '007',
      '1e3'
    ])
  })
})

describe('a fault of a policy names its place', () => {
  it.each([
    ['', 'the file must be a mapping of version, network, services, clients.'],
    ['# nothing', 'the file must be a mapping of version, network, services, clients.'],
    ['- a', 'the file must be a mapping of version, network, services, clients.'],
    ['clients: {}', 'version must be 1.'],
    ['version: 2', 'version must be 1.'],
    [
      'version: 1\nclient: {}',
      'the file has an unknown field; its fields are version, network, services, clients.'
    ],
    ['version: 1\nversion: 1', 'line 2: this name appears here twice.'],
    ['version: 1\nclients: [', 'line 2: this is not valid YAML or JSON.'],
    ['version: 1\n---\nversion: 1', 'line 2: a second document begins here.'],
    ['version: 1\nclients: &a { b: *a }', 'line 2: aliases are not read.'],
    [`version: 1 # ${'x'.repeat(40_000)}`, 'line 1: the text is too long.'],
    ['version: 1\nclients:', 'clients must be a mapping of names.'],
    ['version: 1\nclients: { A b: {} }', 'clients has a name that can’t be one there.'],
    ['version: 1\nclients: { __proto__: {} }', 'clients has a name that can’t be one there.'],
    ['version: 1\nservices: { GitHub: {} }', 'services has a name that can’t be one there.'],
    ['version: 1\nclients: { a: { services: } }', 'clients.a.services must be a mapping of names.'],
    [
      'version: 1\nclients: { a: { services: { b: { hosts: [] } } } }',
      'clients.a.services.b has an unknown field; its fields are off, read_only, deny, allow.'
    ],
    [
      'version: 1\nservices: { b: { constructor: 1 } }',
      'services.b has an unknown field; its fields are hosts, encoded_slash, helpers, read_only, deny, allow.'
    ],
    ['version: 1\nservices: { b: { deny: GET / } }', 'services.b.deny must be a list.'],
    [
      `version: 1\nservices: { b: { deny: [${'GET /, '.repeat(101)}] } }`,
      'services.b.deny must have at most 100 entries.'
    ],
    ['version: 1\nnetwork: { ca_file: company.pem }', 'network.ca_file must be an absolute path.'],
    ['version: 1\nnetwork: { ca_file: "/a\\u202Eb" }', 'network.ca_file must be an absolute path.']
  ])('%#: %j', (text, sentence) => {
    expect(faultOf(text)).toBe(`policy.yaml: ${sentence}`)
  })

  it.each(['0', '-1', '1.5', '0x10', '1e3', '"6 0"', '1000000000', '~', 'true', '[1]', '""'])(
    'where a budget is %s',
    (value) => {
      const sentence = 'must be a whole number from 1 to 999999999.'
      for (const field of ['per_minute', 'per_day'])
        expect(faultOf(`version: 1\nclients: { ci-bot: { ${field}: ${value} } }`)).toBe(
          `policy.yaml: clients.ci-bot.${field} ${sentence}`
        )
    }
  )

  it.each(['yes', 'no', '1', 'True', '~', '""', '[]'])('where a switch is %s', (value) => {
    expect(faultOf(`version: 1\nclients: { a: { off: ${value} } }`)).toBe(
      'policy.yaml: clients.a.off must be true or false.'
    )
    expect(faultOf(`version: 1\nservices: { b: { read_only: ${value} } }`)).toBe(
      'policy.yaml: services.b.read_only must be true or false.'
    )
  })

  const hosts = [
    '',
    '*',
    '*.example.com',
    '.example.com',
    'a..b',
    'a.example.',
    'https://a.example',
    'a.example/'
  ]
  const oddHosts = [
    'a.example:',
    'a.example:0',
    'a.example:080',
    'a.example:65536',
    'a@b',
    'a b',
    'bücher.example'
  ]
  const addresses = ['127.1', '0x7f.0.0.1', '2130706433', '127.0.0.01', '[0:0::1]', '::1', '[::1', 'a%2eb']
  it.each([...hosts, ...oddHosts, ...addresses])('where a host is %j', (host) => {
    const value = JSON.stringify(host)
    expect(faultOf(`version: 1\nservices: { b: { hosts: [ok.example, ${value}] } }`)).toMatch(
      /^policy\.yaml: services\.b\.hosts, entry 2, must be a host name in ASCII/
    )
    const local = JSON.stringify(/:\d*$/.test(host) ? host : `${host}:80`)
    expect(faultOf(`version: 1\nnetwork: { local_hosts: [${local}] }`)).toMatch(
      /^policy\.yaml: network\.local_hosts, entry 1, must be a host with its port/
    )
  })

  it('where a local host has no port', () => {
    expect(faultOf('version: 1\nnetwork: { local_hosts: [localhost] }')).toMatch(
      /local_hosts, entry 1, must be/
    )
  })

  it.each([
    'proxy.example:3128',
    'socks5://proxy.example:1080',
    'http://proxy.example',
    'http://proxy.example/',
    'http://proxy.example:3128/',
    'http://alice:word@proxy.example:3128',
    'http://alice@proxy.example:3128',
    'http://proxy.example:0',
    'http://127.1:3128',
    'http://:3128',
    ' http://proxy.example:3128'
  ])('where the proxy is %j, of which nothing is quoted', (proxy) => {
    const fault = faultOf(`version: 1\nnetwork: { proxy: ${JSON.stringify(proxy)} }`)
    expect(fault).toBe(
      'policy.yaml: network.proxy must be an address such as http://proxy.example.com:3128; a user name and a password do not belong in this file.'
    )
  })

  it.each([
    '*',
    '*.example',
    '..example',
    '.',
    '',
    'a.example:80',
    'https://a.example',
    'a.example.',
    '10.0.0.0/8'
  ])('where no_proxy has %j', (host) => {
    expect(faultOf(`version: 1\nnetwork: { no_proxy: [${JSON.stringify(host)}] }`)).toMatch(
      /^policy\.yaml: network\.no_proxy, entry 1, must be a host name without a port/
    )
  })

  const forms = [
    '',
    'GET',
    '/a',
    'GET a',
    'get /a',
    'GET, POST /a',
    'GET,ANY /a',
    'any /a',
    'GET,, /a',
    'GET /a b'
  ]
  const places = [
    'GET https://a.example/b',
    'GET *.example/a',
    'GET //a',
    'GET a.example:0/b',
    ' GET /a',
    'GET /a '
  ]
  const neverSent = ['/a%20b', '/a?b', '/a#b', '/a\\b', '/a/../b', '/./a', '/a**', '/a/**b/c', '/a\u200Bb']
  it.each([...forms, ...places, ...neverSent.map((path) => `ANY ${path}`), `GET /${'a'.repeat(512)}`])(
    'where a rule is %j',
    (rule) => {
      for (const effect of ['deny', 'allow'])
        expect(faultOf(`version: 1\nservices: { b: { ${effect}: [${JSON.stringify(rule)}] } }`)).toMatch(
          new RegExp(`^policy\\.yaml: services\\.b\\.${effect}, entry 1, must be methods and a path`)
        )
    }
  )
})
