import { describe, expect, it } from 'vitest'
import type { AccountRule, RuleCondition } from '#shared/broker/account-rules.ts'
import { AccountRules } from './account-rules.ts'

const kept = new Set(['home', 'work', 'bot', 'deep'])

function rulesOver(first: readonly AccountRule[] = []) {
  const written: (readonly AccountRule[])[] = []
  const rules = new AccountRules({
    read: () => first,
    write: (all) => void written.push(all),
    isThere: ({ account }) => kept.has(account),
    meantService: (name) => (name === 'short' ? 'github' : name),
    isPaired: (name) => name === 'agent'
  })
  return { rules, written }
}

const rule = (account: string, when: RuleCondition, service = 'github'): AccountRule => ({
  service,
  account,
  when
})
const folder = (path: string): RuleCondition => ({ kind: 'folder', folder: path })
const owner = (name: string): RuleCondition => ({ kind: 'owner', owner: name })
const client = (name: string): RuleCondition => ({ kind: 'client', client: name })
const at = (path: string, ...remotes: string[]) => ({ client: 'terminal', from: { folder: path, remotes } })

describe('the rule that decides about an account', () => {
  it('is that of the service which a shorter name means', () => {
    const { rules } = rulesOver([rule('work', folder('/home/ana/work'))])
    expect(rules.accountFor({ service: 'short', account: null }, at('/home/ana/work'))).toBe('work')
    rules.set(rule('home', folder('/home/ana'), 'short'))
    expect(rules.list().at(-1)).toEqual(rule('home', folder('/home/ana')))
    rules.remove({ service: 'short', when: folder('/home/ana') })
    expect(rules.list()).toHaveLength(1)
  })

  it.each([
    ['in its folder', '/home/ana/work', true],
    ['below its folder', '/home/ana/work/app/src', true],
    ['not beside it', '/home/ana/workshop', false],
    ['not above it', '/home/ana', false]
  ])('holds %s', (_where, path, holds) => {
    const { rules } = rulesOver([rule('work', folder('/home/ana/work'))])
    expect(rules.deciding('github', at(path)) !== null).toBe(holds)
    expect(rules.deciding('gitlab', at(path))).toBeNull()
  })

  it.each([
    ['acme', 'github.com/acme/app', true],
    ['github.com/acme', 'github.com/acme/app', true],
    ['gitlab.com/acme', 'github.com/acme/app', false],
    ['acme', 'github.com/acme-labs/app', false],
    ['acme', 'gitlab.com/acme/team/app', true],
    ['acme/team', 'gitlab.com/acme/team/app', true],
    ['team', 'gitlab.com/acme/team/app', false],
    ['github.com', 'github.com/acme/app', true]
  ])('of the owner %s and the remote %s', (name, remote, holds) => {
    const { rules } = rulesOver([rule('work', owner(name))])
    expect(rules.deciding('github', at('/tmp', remote)) !== null).toBe(holds)
  })

  it('is that of the program, else of the deepest folder, else of the longest owner', () => {
    const all = [
      rule('home', owner('acme')),
      rule('bot', owner('github.com/acme')),
      rule('work', folder('/w')),
      rule('deep', folder('/w/app'))
    ]
    const { rules } = rulesOver([...all, rule('home', client('agent'))])
    const account = (asker: ReturnType<typeof at>) => rules.deciding('github', asker)?.account
    expect(account(at('/tmp', 'github.com/acme/x'))).toBe('bot')
    expect(account(at('/w', 'github.com/acme/x'))).toBe('work')
    expect(account(at('/w/app/src', 'github.com/acme/x'))).toBe('deep')
    expect(account({ ...at('/w/app'), client: 'agent' })).toBe('home')
  })

  it('is none for a program that says nothing of its place', () => {
    const { rules } = rulesOver([rule('work', folder('/'))])
    expect(rules.deciding('github', { client: 'terminal', from: null })).toBeNull()
  })
})

describe('the account that a request means', () => {
  it('is the one that it names, else that of the rule, else none', () => {
    const { rules } = rulesOver([rule('work', folder('/w'))])
    expect(rules.accountFor({ service: 'github', account: 'home' }, at('/w'))).toBe('home')
    expect(rules.accountFor({ service: 'github', account: null }, at('/w'))).toBe('work')
    expect(rules.accountFor({ service: 'github', account: null }, at('/x'))).toBeNull()
  })

  it('is never another one because that of the rule is gone', () => {
    const { rules } = rulesOver([rule('gone', folder('/w'))])
    expect(() => rules.accountFor({ service: 'github', account: null }, at('/w'))).toThrow(
      'The account that your rule chooses here is no longer kept.'
    )
  })
})

describe('a rule that is set', () => {
  it('takes the place of the one with the same service and condition, and of no other', () => {
    const others = [
      rule('home', folder('/x')),
      rule('home', folder('/w'), 'gitlab'),
      rule('home', owner('a'))
    ]
    const { rules, written } = rulesOver([rule('home', folder('/w')), ...others])
    rules.set(rule('work', folder('/w')))
    expect(written).toEqual([[...others, rule('work', folder('/w'))]])
    expect(rules.list()).toEqual(written[0])
    rules.remove(rule('', folder('/w')))
    expect(rules.list()).toEqual(others)
  })

  it.each([
    [
      'an account that is not kept',
      rule('nobody', folder('/w')),
      'There is no entry with this service and account.'
    ],
    ['a program that is not paired', rule('work', client('other')), 'No program of this name is paired.']
  ])('is refused for %s', (_what, wrong, sentence) => {
    const { rules, written } = rulesOver()
    expect(() => rules.set(wrong)).toThrow(sentence)
    expect(written).toEqual([])
  })

  it('can be removed only if it is there', () => {
    const { rules } = rulesOver([rule('work', folder('/w'))])
    expect(() => rules.remove(rule('work', folder('/x')))).toThrow('There is no such rule.')
  })
})
