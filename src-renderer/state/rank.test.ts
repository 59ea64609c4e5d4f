import { describe, expect, it } from 'vitest'
import type { CredentialSummary } from '#shared/credential.ts'
import { fit, rankedCredentials } from './rank.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')

function entry(name: string, account: string, usedAt: string | null = null): CredentialSummary {
  const summary = { id: `${name} ${account}`, service: name.toLowerCase(), name, account, scopes: ['repo'] }
  return { ...summary, lastUsedAt: usedAt } as unknown as CredentialSummary
}

describe('how well a word fits', () => {
  it('is best at the start, then at a word, by initials, inside, and letter by letter', () => {
    const texts = ['micro', 'azure micro', 'my inner cat reads often', 'amicroa', 'modern-ice-scroll']
    const fits = ['micro', 'micro', 'micro', 'micro', 'micro'].map((query, at) => fit(query, texts[at] ?? ''))
    expect(fits).toEqual([100, 80, 60, 40, 20])
  })

  it('is nothing where a letter is missing, and the same everywhere for no word', () => {
    expect(fit('gho', 'GitLab')).toBe(0)
    expect([fit('', 'a'), fit(' ', 'b')]).toEqual([1, 1])
  })
})

describe('the credentials for a query', () => {
  const all = [entry('GitLab', 'ana'), entry('GitHub', 'ana'), entry('npm', 'ci'), entry('GitHub', 'ci')]
  const found = (query: string): string[] => rankedCredentials(query, all, NOW).map(({ id }) => id)

  it('fit every word of it, in service, account or scope', () => {
    expect(found('git ci')).toEqual(['GitHub ci'])
    expect(found('ci')).toEqual(['GitHub ci', 'npm ci'])
    expect(found('repo')).toHaveLength(4)
    expect(found('nothing')).toEqual([])
  })

  it('begin with what was used lately', () => {
    const used = [...all, entry('Gitea', 'ana', '2026-11-21T11:00:00.000Z')]
    expect(rankedCredentials('git', used, NOW)[0]?.id).toBe('Gitea ana')
  })
})
