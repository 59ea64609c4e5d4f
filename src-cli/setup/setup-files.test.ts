import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../terminal/command.ts'
import { applyPlan, readKept, removeNote, setupWorld, shortenNote, writeNote } from './setup-files.ts'
import { changedLines } from './setup-plan.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const at = (...names: readonly string[]): string => join(folder, ...names)

describe('a plan', () => {
  it('is written as a whole; a link stays one, and rights stay', () => {
    writeFileSync(at('real'), 'old', { mode: 0o640 })
    symlinkSync(at('real'), at('link'))
    applyPlan({
      changes: [
        { path: at('link'), before: 'old', after: 'new' },
        { path: at('deep', 'fresh'), before: null, after: 'fresh' }
      ]
    })
    expect(readFileSync(at('real'), 'utf8')).toBe('new')
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect([statSync(at('real')).mode & 0o777, statSync(at('deep', 'fresh')).mode & 0o777]).toEqual([
      0o640, 0o600
    ])
    expect(readdirSync(folder).toSorted()).toEqual(['deep', 'link', 'real'])
  })

  it('is not applied to a file that was changed meanwhile', () => {
    writeFileSync(at('file'), 'other')
    expect(() => applyPlan({ changes: [{ path: at('file'), before: 'old', after: 'new' }] })).toThrow(
      UsageError
    )
    expect(readFileSync(at('file'), 'utf8')).toBe('other')
  })

  it('replaces nothing but a regular file', () => {
    mkdirSync(at('folder'))
    expect(() => applyPlan({ changes: [{ path: at('folder'), before: null, after: 'new' }] })).toThrow(
      UsageError
    )
    expect(() => applyPlan({ changes: [{ path: '/dev/null', before: '', after: 'new' }] })).toThrow(
      'regular file'
    )
  })

  it('takes a file away that the setup made', () => {
    writeFileSync(at('file'), 'ours')
    applyPlan({ changes: [{ path: at('file'), before: 'ours', after: null }] })
    expect(readdirSync(folder)).toEqual([])
  })

  it('is noted by marks alone where the lines of its file may hold a secret', () => {
    const change = {
      path: '/config.json',
      before: '{"auths":{"a":{"auth":"c2VjcmV0"}}}',
      after: '{"auths":{"a":{"auth":"c2VjcmV0"}},"credHelpers":{"a":"latchkey"}}',
      marks: ['a:latchkey']
    }
    writeNote(folder, 'docker', { changes: [change], kept: null }, '/opt/docker-credential-latchkey')
    const note = readFileSync(at('setup', 'docker.json'), 'utf8')
    expect(note).not.toContain('c2VjcmV0')
    expect(JSON.parse(note)).toEqual({
      kept: null,
      files: [{ path: '/config.json', lines: [], marks: ['a:latchkey'] }],
      program: '/opt/docker-credential-latchkey'
    })
  })

  it('stays noted in what is left where a part of it is taken back', () => {
    const changes = [{ path: '/x', before: 'a\n', after: 'a\nb\nc\n' }]
    writeNote(folder, 'aws', { changes, kept: { moved: ['b', 'c'] } }, '/opt/latchkey-aws')
    const undo = { changes: [{ path: '/x', before: 'a\nb\nc\n', after: 'a\nc\n' }], kept: { moved: ['c'] } }
    shortenNote(folder, 'aws', undo)
    expect(JSON.parse(readFileSync(at('setup', 'aws.json'), 'utf8'))).toEqual({
      kept: { moved: ['c'] },
      files: [{ path: '/x', lines: ['c'] }],
      program: '/opt/latchkey-aws'
    })
  })

  it('is noted, with the lines that it added and those of the one before, until it is taken back', () => {
    const change = (before: string | null, after: string) => ({
      changes: [{ path: '/x', before, after }],
      notes: []
    })
    const note = (): unknown => JSON.parse(readFileSync(at('setup', 'git.json'), 'utf8'))
    writeNote(folder, 'git', { ...change('a\n', 'a\nb\n'), kept: { paths: ['github.com'] } })
    writeNote(folder, 'git', { ...change('a\nb\n', 'a\nb\nc\n'), kept: { paths: [] } })
    writeNote(folder, 'git', { ...change('a\n', 'a\n'), kept: { paths: ['nothing'] } })
    const files = [
      { path: '/x', lines: ['b'] },
      { path: '/x', lines: ['c'] }
    ]
    expect(note()).toEqual({ kept: { paths: [] }, files })
    expect(readKept(folder, 'git')).toEqual({ paths: [] })
    removeNote(folder, 'git')
    expect(readKept(folder, 'git')).toBeNull()
  })
})

it('a program is named by its name where it is on the PATH, else by its path', () => {
  mkdirSync(at('bin'))
  writeFileSync(at('bin', 'git-credential-latchkey'), '', { mode: 0o755 })
  const programOn = (path: string) =>
    setupWorld('/opt/bin', { PATH: path }).program('git-credential-latchkey')
  expect(programOn(`/nowhere:${at('bin')}`).onPath).toBe(true)
  const path = '/opt/bin/git-credential-latchkey.mjs'
  expect(programOn(at('bin'))).toEqual({ onPath: true, path, found: at('bin', 'git-credential-latchkey') })
  expect(programOn('/nowhere')).toEqual({ onPath: false, path, found: path })
})

it('shows the lines that change and none that stay', () => {
  expect(changedLines({ before: 'a\nb\nc\n', after: 'a\nx\ny\nc\n' })).toEqual(['- b', '+ x', '+ y'])
  expect(changedLines({ before: null, after: 'a\n' })).toEqual(['+ a'])
  expect(changedLines({ before: 'a\n', after: 'a\na\n' })).toEqual(['+ a'])
  const before = 'head\nsecret\nrole\n'
  expect(changedLines({ before, after: 'head\nours\nsecret\n#role\n' })).toEqual([
    '- role',
    '+ ours',
    '+ #role'
  ])
})
