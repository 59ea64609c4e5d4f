import { describe, expect, it } from 'vitest'
import { type ExecUser, withExecUser, withoutExecUser } from './kubeconfig-text.ts'

const text = `# Written by hand.
apiVersion: v1
kind: Config
clusters:
- name: home # the small one
  cluster:
    certificate-authority-data: ${'QUJD'.repeat(60)}
    server: https://10.0.0.1:6443
- name: plain
  cluster: { server: "http://10.0.0.2" }
contexts:
- context:
    cluster: home
    user: admin
  name: home
- { name: plain, context: { cluster: plain, user: admin } }
current-context: home
users:
- name: admin
  user:
    # Who holds this is the cluster's owner.
    token: secret-1
`

const wish: ExecUser = {
  context: 'home',
  user: 'latchkey-cluster',
  command: '/opt/latchkey/bin/latchkey-kubectl.mjs',
  args: ['--service', 'cluster']
}

const edited = (from: string, change: Partial<ExecUser> = {}) => {
  const edit = withExecUser(from, { ...wish, ...change })
  if (edit.kind !== 'edited') throw new Error(edit.kind)
  return edit
}

const entry = `- name: latchkey-cluster
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: /opt/latchkey/bin/latchkey-kubectl.mjs
      args:
      - --service
      - cluster
      interactiveMode: Never
      provideClusterInfo: true
`

describe('a user for a context', () => {
  it('is added, the context leads to it, and nothing else changes', () => {
    const edit = edited(text)
    expect(edit).toMatchObject({ context: 'home', formerUser: 'admin', host: '10.0.0.1:6443' })
    const changed = text.replace('user: admin\n  name: home', 'user: latchkey-cluster\n  name: home')
    expect(edit.text).toBe(`${changed}${entry}`)
  })

  it('is taken back exactly', () => {
    const { text: changed, formerUser } = edited(text)
    expect(withoutExecUser(changed, { user: wish.user, formerUser })).toBe(text)
  })

  it('goes to the current context, or to the one that has the user', () => {
    expect(edited(text, { context: null })).toMatchObject({ context: 'home' })
    const again = edited(edited(text).text.replace('current-context: home', 'current-context: plain'), {
      context: null
    })
    expect(again).toMatchObject({ context: 'home', formerUser: null })
  })

  it('is rewritten where it is Latchkey’s own', () => {
    const again = edited(edited(text).text, { args: ['--service', 'other'] })
    expect(again.text).toContain('- other\n')
    expect(again.text).not.toContain('- cluster\n')
    expect(again.formerUser).toBeNull()
  })

  it('never takes the place of an entry that is another’s', () => {
    expect(withExecUser(text, { ...wish, user: 'admin' })).toEqual({ kind: 'taken' })
    expect(withoutExecUser(text, { user: 'admin', formerUser: null })).toBeNull()
  })

  it('leaves a context without a user where the former one is gone', () => {
    const changed = edited(text).text.replace('name: admin', 'name: somebody')
    const back = withoutExecUser(changed, { user: wish.user, formerUser: 'admin' })
    expect(back).not.toContain('latchkey')
    expect(back).toContain('cluster: home\n  name: home')
  })

  it('makes the list of users where there is none', () => {
    const short = text.slice(0, text.indexOf('users:'))
    expect(edited(short).text).toBe(
      `${short.replace('user: admin\n  name: home', 'user: latchkey-cluster\n  name: home')}users:\n${entry}`
    )
  })

  it('keeps the indent of lists', () => {
    const deep =
      'clusters:\n  - name: a\n    cluster:\n      server: https://a.example\ncontexts:\n  - name: a\n    context:\n      cluster: a\n'
    const { text: changed } = edited(deep, { context: 'a' })
    expect(changed.startsWith(deep)).toBe(true)
    expect(changed).toContain('\nusers:\n  - name: latchkey-cluster\n')
  })
})

it.each([
  ['broken', 'a: [', {}],
  ['broken', '', {}],
  ['broken', `a: ${'x'.repeat(300_000)}`, {}],
  ['no-context', text, { context: 'else' }],
  ['no-context', 'apiVersion: v1', { context: null }],
  ['no-cluster', 'contexts: [{name: home, context: {cluster: x}}]', {}],
  ['not-https', text, { context: 'plain' }]
] as const)('a file is left as it is: %s', (kind, from, change) => {
  expect(withExecUser(from, { ...wish, ...change })).toEqual({ kind })
})
