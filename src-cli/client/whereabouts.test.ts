import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { remoteOf, remotesAt } from './whereabouts.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-whereabouts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const git = (at: string, ...args: readonly string[]): void => {
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.test']
  execFileSync('git', [...who, ...args], { cwd: at, stdio: 'ignore' })
}

describe('the remotes of a folder', () => {
  it('are those of the repository that it is in, in order and once', () => {
    const inner = join(folder, 'src', 'deep')
    mkdirSync(inner, { recursive: true })
    git(folder, 'init')
    git(folder, 'remote', 'add', 'origin', 'git@github.com:Acme/App.git')
    git(folder, 'remote', 'add', 'fork', 'https://ana:secret@gitlab.com/ana/app')
    git(folder, 'remote', 'add', 'again', 'ssh://git@github.com:22/acme/app.git')
    expect(remotesAt(inner)).toEqual(['github.com/acme/app', 'gitlab.com/ana/app'])
  })

  it('are found from a working tree of its own', () => {
    const [main, tree] = [join(folder, 'main'), join(folder, 'tree')]
    mkdirSync(main)
    git(main, 'init')
    git(main, 'remote', 'add', 'origin', 'https://github.com/acme/app.git')
    git(main, 'commit', '--allow-empty', '-m', 'first')
    git(main, 'worktree', 'add', tree)
    expect(remotesAt(tree)).toEqual(['github.com/acme/app'])
  })

  it('are none outside of a repository, and none of a configuration that is too large', () => {
    expect(remotesAt(folder)).toEqual([])
    mkdirSync(join(folder, '.git'))
    expect(remotesAt(folder)).toEqual([])
    writeFileSync(join(folder, '.git', 'config'), `url = https://a.b/c/d\n${'#'.repeat(300_000)}`)
    expect(remotesAt(folder)).toEqual([])
  })
})

describe('the address of a remote', () => {
  it.each([
    ['git@github.com:acme/app.git', 'github.com/acme/app'],
    ['github.com:acme/app', 'github.com/acme/app'],
    ['https://github.com/acme/app/', 'github.com/acme/app'],
    ['https://token@github.com/acme/app.git', 'github.com/acme/app'],
    ['ssh://git@git.example.net:2222/group/sub/app.git', 'git.example.net/group/sub/app'],
    ['git://Git.Example.net/a', 'git.example.net/a'],
    ['/srv/git/app.git', null],
    ['../app', null],
    ['file:///srv/git/app.git', null],
    ['C:/repos/app', null],
    ['https://github.com', null],
    ['', null]
  ])('of %s is %s', (url, remote) => {
    expect(remoteOf(url)).toBe(remote)
  })
})
