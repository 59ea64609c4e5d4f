import { describe, expect, it } from 'vitest'
import { monogram } from './mark-model.ts'

describe('the mark of a provider', () => {
  it('is fixed for the known ones', () => {
    expect(monogram('github', 'GitHub')).toEqual({ letters: 'Gh', hue: 8 })
  })

  it('is the same for the keys and the sign-ins of one service', () => {
    expect(monogram('slack-oauth', 'Slack')).toEqual(monogram('slack', 'Slack'))
    expect(monogram('slack-oauth', 'Slack').hue).toBe(11)
  })

  it('has the first letters of two words, or the first two of one', () => {
    expect(monogram('x', 'Acme Cloud').letters).toBe('Ac')
    expect(monogram('x', 'zulip').letters).toBe('Zu')
    expect(monogram('sso.example.net', '').letters).toBe('Se')
    expect(monogram('', '!').letters).toBe('?')
  })

  it('keeps its hue, one of twelve', () => {
    const { hue } = monogram('sso.example.net', 'SSO')
    expect(monogram('sso.example.net', 'Another name').hue).toBe(hue)
    expect(hue).toBeGreaterThanOrEqual(0)
    expect(hue).toBeLessThan(12)
  })
})
