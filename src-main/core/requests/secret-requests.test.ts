import { describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { ShownSecret } from '#shared/secrets.ts'
import { Secret } from '../secret.ts'
import { handOutWorld, VALUE } from '../testing/hand-out-world.ts'
import { sampleKey } from '../testing/samples.ts'
import { secretHandlers, variableOf } from './secret-requests.ts'

const ID = credentialKey(sampleKey().ref)

async function world() {
  const of = await handOutWorld()
  const copied: string[] = []
  const shown: ShownSecret[] = []
  const preferences = { showSecrets: true }
  const handlers = secretHandlers({
    clock: of.clock,
    handOut: of.handOut,
    headerOf: ({ secret }) => secret.expose((text) => ['authorization', `Bearer ${text}`]),
    outlet: { copy: async (text) => void copied.push(text), show: (secret) => void shown.push(secret) },
    preferences: { get: () => preferences },
    presetOf: () => null,
    repository: of.repository
  })
  return { ...of, ...handlers, copied, shown, preferences }
}

describe('a secret that the person copies', () => {
  it('goes to the clipboard alone, in each of its forms', async () => {
    const { copied, copySecret } = await world()
    const answers = [
      await copySecret(ID, 'secret'),
      await copySecret(ID, 'variable'),
      await copySecret(ID, 'header')
    ]
    expect(answers).toEqual([null, null, null])
    expect(copied).toEqual([VALUE, `STRIPE_API_KEY=${VALUE}`, `Authorization: Bearer ${VALUE}`])
  })

  it('needs no question, and written down before and after as copied in the window', async () => {
    const { approvals, copySecret, rows } = await world()
    await copySecret(ID, 'secret')
    const row = { action: 'reveal', client: 'window', credential: ID, method: 'copy', host: null }
    expect(rows).toMatchObject([
      { ...row, kind: 'intent' },
      { ...row, kind: 'outcome', of: 1, code: null }
    ])
    expect(approvals.questions.list()).toEqual([])
    expect(JSON.stringify(rows)).not.toContain(VALUE)
  })

  it('is not copied where it can not be written down, read or used', async () => {
    const { copied, copySecret, rows, state } = await world()
    state.isAuditFull = true
    await expect(copySecret(ID, 'secret')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
    state.isAuditFull = false
    state.token = new VaultError('REFRESH_REJECTED')
    await expect(copySecret(ID, 'secret')).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
    expect(rows.at(-1)).toMatchObject({ kind: 'outcome', code: 'REFRESH_REJECTED' })
    state.rules = null
    await expect(copySecret(ID, 'secret')).rejects.toMatchObject({ code: 'APPROVAL_DENIED' })
    await expect(copySecret('["stripe","gone"]', 'secret')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    expect(copied).toEqual([])
  })

  it('is quoted in a variable if a shell would read it otherwise', async () => {
    const { copied, copySecret, state } = await world()
    const odd = `a b'c$d`
    state.token = new Secret(odd)
    await copySecret(ID, 'variable')
    expect(copied).toEqual([String.raw`STRIPE_API_KEY='a b'\''c$d'`])
  })
})

describe('a secret that the person has shown', () => {
  it('goes to its window with its end, and is written down as shown', async () => {
    const { clock, rows, showSecret, shown } = await world()
    expect(await showSecret(ID)).toBeNull()
    const until = clock.now().getTime() + 10_000
    expect(shown).toMatchObject([{ account: 'default', secret: VALUE, until }])
    expect(rows).toMatchObject([{ method: 'show' }, { method: 'show', kind: 'outcome' }])
  })

  it('stays where it is while the preferences say so', async () => {
    const { preferences, rows, showSecret, shown } = await world()
    preferences.showSecrets = false
    await expect(showSecret(ID)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'Showing secrets is off. Turn it on in Settings.'
    })
    expect([shown, rows]).toEqual([[], []])
  })
})

describe('the variable of a credential', () => {
  const preset = { run: { key: ['OPENAI_API_KEY'] } } as unknown as Parameters<typeof variableOf>[1]
  it.each([
    ['api-key', 'openai', 'work', preset, 'OPENAI_API_KEY'],
    ['api-key', 'my-service.io', 'work', null, 'MY_SERVICE_IO_API_KEY'],
    ['api-key', 'acme', 'ACME_PROD_KEY', null, 'ACME_PROD_KEY'],
    ['oauth', '1password', 'ana@example.net', null, '_1PASSWORD_TOKEN'],
    ['mcp', 'linear-mcp', 'default', null, 'LINEAR_MCP_TOKEN']
  ] as const)('of %s %s, %s', (kind, service, account, known, name) => {
    expect(variableOf({ kind, ref: { service, account } }, known)).toBe(name)
  })
})
