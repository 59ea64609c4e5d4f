import { describe, expect, it } from 'vitest'
import { problemCatalog, type ProblemCode, VaultError } from '#shared/problem.ts'
import {
  answer,
  ANON_KEY,
  brokenVault,
  environment,
  type Fields,
  registry,
  run,
  throwing,
  TOKEN,
  toolsOf,
  upload,
  world
} from '../testing/tool-world.ts'
import { runTool } from './tool-executor.ts'

describe('the executor', () => {
  it('injects auth for the required scope', async () => {
    const { ports, arrived, asked } = world()
    const result = await run(ports)
    expect(asked).toEqual([
      { service: 'supabase', account: null, scope: 'registry:write', scheme: { kind: 'bearer' } }
    ])
    expect(arrived).toEqual([
      {
        authorization: `Bearer ${TOKEN}`,
        request: {
          method: 'POST',
          url: 'https://project.supabase.example/rest/v1/directives',
          headers: [
            ['apikey', ANON_KEY],
            ['content-type', 'application/json']
          ],
          body: '{"action":"upload","file":"model.bin"}'
        }
      }
    ])
    expect(result).toEqual({
      success: true,
      status: 201,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: { id: 7 },
      error: null,
      metadata: { tool_id: 'registry', version: '1.0.0', chain: ['registry'] }
    })
  })

  it('sends no auth for a public tool, and never touches the vault', async () => {
    const { ports, arrived } = world()
    const result = await run(brokenVault(ports), { ...upload, action: 'search' })
    expect(result.success).toBe(true)
    expect(arrived.map(({ authorization }) => authorization)).toEqual([null])
    // The same vault does fail for a tool that needs it.
    expect((await run(brokenVault(ports))).success).toBe(false)
  })

  it.each(['SIGN_IN_REQUIRED', 'UNKNOWN_SERVICE'] as const)('handles missing auth: %s', async (code) => {
    const result = await run(throwing(new VaultError(code)))
    expect(result).toEqual({
      success: false,
      status: null,
      headers: {},
      body: null,
      error: 'Not signed in to supabase. Sign in with: latchkey sign-in supabase',
      metadata: { tool_id: 'registry', version: '1.0.0', chain: ['registry'], auth_required: true }
    })
  })

  it('does not execute a tool whose auth is missing', async () => {
    const { ports, arrived } = world()
    const result = await run(ports, upload, { ...registry, tool_id: 'other', auth_service: 'unknown' })
    expect(result.metadata['auth_required']).toBe(true)
    expect(arrived).toEqual([])
  })

  it('extracts the required scope: the leaf over its parents, and the action decides', async () => {
    const { ports, asked } = world()
    const leaf = {
      tool_id: 'leaf',
      executor_id: 'http_client',
      version: '2.0.0',
      parent: 'registry',
      config: {}
    }
    await run(ports, upload, leaf)
    await run(ports, upload, { ...leaf, required_scope: 'registry:admin' })
    expect(asked.map(({ scope }) => scope)).toEqual(['registry:write', 'registry:admin'])
    const open = await run(brokenVault(ports), upload, { ...leaf, required_scope: null })
    expect(open.metadata).toEqual({ tool_id: 'leaf', version: '2.0.0', chain: ['leaf', 'registry'] })
    expect(open.success).toBe(true)
  })

  it('follows no redirect: it asks once and returns the answer', async () => {
    const { ports, arrived } = world(() => answer(302, '', [['Location', 'https://evil.example/']]))
    const result = await run(ports)
    expect(arrived).toHaveLength(1)
    expect(result).toMatchObject({
      success: false,
      status: 302,
      body: null,
      error: 'The server answered with status 302; a redirect is not followed.'
    })
  })
})

describe('before the vault is asked', () => {
  it.each([
    [
      'an unknown tool',
      upload,
      { ...registry, parent: 'gone', tool_id: 'child' },
      'The parent of the tool child is missing.'
    ],
    ['a missing parameter', { action: 'upload' }, registry, 'The parameter file is missing.'],
    [
      'an unknown action',
      { action: 'delete' },
      registry,
      'The parameter action names none of the actions of the tool registry.'
    ],
    [
      'an action that is no text',
      { ...upload, action: ['search'] },
      registry,
      'The parameter action names none of the actions of the tool registry.'
    ],
    [
      'no service',
      upload,
      { ...registry, tool_id: 'child', auth_service: undefined },
      'The tool needs a scope, and auth_service names no service for it.'
    ],
    [
      'a header that carries the credential, too',
      upload,
      { ...registry, tool_id: 'child', auth_type: 'header', auth_header: 'APIKEY' },
      'A tool can’t set this header: credential-header.'
    ]
  ])('%s is a fault', async (_, parameters, tool, error) => {
    const { ports, arrived, asked } = world()
    const fields = JSON.parse(JSON.stringify(tool)) as Fields
    expect(await run(ports, parameters, fields)).toMatchObject({ success: false, status: null, error })
    expect([arrived, asked]).toEqual([[], []])
  })

  it('a tool that is not there is a fault that names nothing', async () => {
    const result = await runTool(world().ports, toolsOf(), { toolId: 'cnry', parameters: {}, environment })
    expect(result.error).toBe('There is no tool of this name.')
    expect(result.metadata).toEqual({ tool_id: null, version: null, chain: [] })
  })
})

describe('the credential', () => {
  const leaf = {
    tool_id: 'leaf',
    executor_id: 'http_client',
    version: '1.0.0',
    parent: 'registry',
    config: {}
  }

  it.each([
    [
      { auth_type: 'basic', auth_user: 'api' },
      { kind: 'basic', user: 'api' }
    ],
    [
      { auth_type: 'header', auth_header: 'X-Api-Key' },
      { kind: 'header', name: 'X-Api-Key' }
    ],
    [{}, { kind: 'bearer' }]
  ])('is written as the manifest says: %j', async (fields, scheme) => {
    const { ports, asked } = world()
    await run(ports, upload, { ...leaf, ...fields, auth_account: 'ana' })
    expect(asked).toEqual([{ service: 'supabase', account: 'ana', scope: 'registry:write', scheme }])
  })

  it('of another service takes neither account nor scheme of a parent', async () => {
    const { ports, asked } = world()
    const parent = {
      ...registry,
      tool_id: 'parent',
      auth_account: 'ana',
      auth_type: 'basic',
      auth_user: 'api'
    }
    await run(ports, upload, { ...leaf, parent: 'parent', auth_service: 'github' }, parent)
    expect(asked).toMatchObject([{ service: 'github', account: null, scheme: { kind: 'bearer' } }])
  })

  it.each([
    'SCOPE_MISSING',
    'APPROVAL_DENIED',
    'ORIGIN_NOT_ALLOWED',
    'REFRESH_REJECTED',
    'REFRESH_UNREACHABLE',
    'ROTATION_LOST',
    'CONSENT_REQUIRED',
    'VAULT_LOCKED',
    'KEYCHAIN_LOCKED',
    'KEYCHAIN_DUPLICATE'
  ] as const)('that fails with %s is an error of authentication', async (code: ProblemCode) => {
    const result = await run(throwing(new VaultError(code)))
    expect(result).toMatchObject({ success: false, status: null, error: problemCatalog[code].message })
    expect(result.metadata).toMatchObject({ auth_error: code })
  })

  it.each<[ProblemCode, boolean]>([
    ['REFRESH_REJECTED', true],
    ['SCOPE_MISSING', true],
    ['ROTATION_LOST', true],
    ['CONSENT_REQUIRED', true],
    ['REFRESH_UNREACHABLE', false],
    ['VAULT_LOCKED', false],
    ['APPROVAL_DENIED', false],
    ['ORIGIN_NOT_ALLOWED', false]
  ])('is required where signing in is what helps: %s, %s', async (code, isRequired) => {
    const { metadata } = await run(throwing(new VaultError(code)))
    expect(metadata['auth_required'] === true).toBe(isRequired)
  })

  it('that is one of several accounts is not chosen for the tool', async () => {
    const message = 'This service has several accounts. Name one.'
    const result = await run(throwing(new VaultError('INVALID_REQUEST', { message })))
    expect(result).toMatchObject({ success: false, status: null, error: message })
    expect(Object.keys(result.metadata)).toEqual(['tool_id', 'version', 'chain'])
  })

  it('is not what fails if the service can not be reached', async () => {
    const result = await run(throwing(new VaultError('PROVIDER_UNREACHABLE')))
    expect(result.error).toBe(problemCatalog.PROVIDER_UNREACHABLE.message)
    expect(Object.keys(result.metadata)).toEqual(['tool_id', 'version', 'chain'])
  })

  it('with a scope that the sign-in lacks is not used', async () => {
    const { ports, arrived } = world()
    const result = await run(ports, upload, { ...leaf, required_scope: 'registry:admin' })
    expect(result.metadata).toMatchObject({ auth_error: 'SCOPE_MISSING' })
    expect(arrived).toEqual([])
  })
})
