import { describe, expect, it } from 'vitest'
import { meantEntries } from './meant-entries.ts'

const ref = (service: string, account: string) => ({ service, account })
const gitlab = [ref('gitlab', 'ana'), ref('gitlab', 'ci')]
const token = ref('github-token', 'GITHUB_TOKEN')
const saved = [ref('provider-key', 'gh'), ref('provider-key', 'gitlab')]
const kept = [...gitlab, ref('gitlab-oauth', 'ana'), token, ...saved]
const meant = (service: string, account: string | null = null) =>
  meantEntries(kept, (entry) => entry, { service, account })

describe('a name where a service is expected', () => {
  it('means every account of the service, or the one that is named', () => {
    expect(meant('gitlab')).toEqual(gitlab)
    expect(meant('gitlab', 'ci')).toEqual([gitlab[1]])
    expect(meant('provider-key', 'gh')).toEqual([saved[0]])
    expect(meant('gitlab', 'carol')).toEqual([])
  })

  it('means the key that was saved under it where nothing is kept of such a service', () => {
    expect(meant('gh')).toEqual([saved[0]])
    expect(meant('gh', 'ana')).toEqual([])
  })

  it('means what is kept of the same provider where nothing else has the name', () => {
    expect(meant('github')).toEqual([token])
    expect(meant('github', 'GITHUB_TOKEN')).toEqual([token])
    expect(meant('github', 'ana')).toEqual([])
    expect(meant('git')).toEqual([])
    expect(meant('')).toEqual([])
  })
})
