import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultOfPath } from './owned-path.ts'

const isRoot = process.getuid?.() === 0
const SOMEBODY = 65_534

let top = ''
let file = ''
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'latchkey-owned-'))
  mkdirSync(join(top, 'a', 'b'), { recursive: true, mode: 0o755 })
  file = join(top, 'a', 'b', 'module.mjs')
  writeFileSync(file, '', { mode: 0o644 })
})
afterEach(() => rmSync(top, { recursive: true }))

describe.runIf(process.platform !== 'win32')('a file that is run', () => {
  it('is a person’s own, in folders of theirs', () => expect(faultOfPath(file)).toBeNull())

  it.each([
    ['is writable by its group', () => chmodSync(file, 0o664), 'can be written by others'],
    ['is writable by all', () => chmodSync(file, 0o666), 'can be written by others'],
    [
      'is in a folder that its group can write',
      () => chmodSync(join(top, 'a', 'b'), 0o775),
      'is in a folder that can be written by others'
    ],
    [
      'lies below a folder that all can write',
      () => chmodSync(join(top, 'a'), 0o777),
      'is in a folder that can be written by others'
    ]
  ])('is refused when it %s', (_name, change, fault) => {
    change()
    expect(faultOfPath(file)).toBe(fault)
  })

  it('is judged up to the person’s own folder, as sshd does', () => {
    chmodSync(top, 0o777)
    expect(faultOfPath(file, join(top, 'a'))).toBeNull()
    expect(faultOfPath(file, join(top, 'b', '..'))).not.toBeNull()
  })

  it('may be in a folder in which only owners rename', () => {
    chmodSync(join(top, 'a'), 0o1777)
    expect(faultOfPath(file)).toBeNull()
  })

  it('is no link, and a link on its way is followed', () => {
    symlinkSync(file, join(top, 'link.mjs'))
    expect(faultOfPath(join(top, 'link.mjs'))).toBe('is a link; name the file itself')
    symlinkSync(join(top, 'a'), join(top, 'c'))
    expect(faultOfPath(join(top, 'c', 'b', 'module.mjs'))).toBeNull()
    chmodSync(join(top, 'a', 'b'), 0o777)
    expect(faultOfPath(join(top, 'c', 'b', 'module.mjs'))).toBe(
      'is in a folder that can be written by others'
    )
  })

  it('is no folder', () => expect(faultOfPath(top)).toBe('is not a file'))
})

// Only root can give a file to another user.
describe.runIf(isRoot)('a file of another user', () => {
  it.each([
    ['itself', () => chownSync(file, SOMEBODY, SOMEBODY), 'belongs to another user'],
    [
      'by its folder',
      () => chownSync(join(top, 'a', 'b'), SOMEBODY, SOMEBODY),
      'is in a folder that belongs to another user'
    ]
  ])('is refused: %s', (_name, change, fault) => {
    change()
    expect(faultOfPath(file)).toBe(fault)
  })
})
