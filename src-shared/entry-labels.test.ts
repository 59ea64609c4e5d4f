import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { entryLabels } from './entry-labels-schema.ts'
import { labelsOrNull, noLabels, titleOf } from './entry-labels.ts'

const takes = (part: object): boolean => v.is(entryLabels, { ...noLabels, ...part })

describe('the labels of an entry', () => {
  it.each([
    [{ name: 'My key' }, true],
    [{ name: '' }, false],
    [{ name: 'a'.repeat(101) }, false],
    [{ name: 'evil\u202Egnp.exe' }, false],
    [{ tags: ['work', 'Ünï.1'] }, true],
    [{ tags: ['two words'] }, false],
    [{ tags: ['work', 'work'] }, false],
    [{ tags: Array.from({ length: 11 }, (_, index) => `t${index}`) }, false],
    [{ note: 'first\n\nthird' }, true],
    [{ note: 'a\u0007b' }, false],
    [{ note: 'x'.repeat(501) }, false],
    [{ token: 'x' }, false]
  ])('%j: %s', (part, isTaken) => {
    expect(takes(part)).toBe(isTaken)
  })

  it('are none when they say nothing', () => {
    expect(labelsOrNull(noLabels)).toBeNull()
    expect(labelsOrNull({ ...noLabels, tags: ['work'] })).toMatchObject({ tags: ['work'] })
  })

  it('name the entry before its service does', () => {
    expect(titleOf({ name: 'GitHub', labels: null })).toBe('GitHub')
    expect(titleOf({ name: 'GitHub', labels: { ...noLabels, name: 'Deploy key' } })).toBe('Deploy key')
  })
})
