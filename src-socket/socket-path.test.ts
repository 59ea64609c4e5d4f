import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pipeNameFile, socketPlace } from './socket-path.ts'

const uid = process.getuid?.() ?? 0
let runtimes = ''

beforeEach(() => {
  runtimes = mkdtempSync(join(tmpdir(), 'latchkey-runtimes-'))
})
afterEach(() => rmSync(runtimes, { recursive: true }))

const place = (home: string, own: number = uid) =>
  socketPlace(home, { platform: 'linux', uid: own, runtimes })

describe('the place of the socket', () => {
  it('is below the home where the system has made no folder for the person', () => {
    expect(place('/home/ana/vault')).toEqual({
      folder: '/home/ana/vault/run',
      path: '/home/ana/vault/run/vault.sock'
    })
  })

  it('is below the folder that the system has made for the person alone, another for each home', () => {
    mkdirSync(join(runtimes, String(uid)), { mode: 0o700 })
    const one = place('/home/ana/one')
    expect(one.folder).toMatch(new RegExp(`^${runtimes}/${uid}/latchkey-[0-9a-f]{16}$`))
    expect(one.path).toBe(`${one.folder}/vault.sock`)
    expect(place('/home/ana/two').folder).not.toBe(one.folder)
  })

  it('is the same however the path of the home is written', () => {
    mkdirSync(join(runtimes, String(uid)), { mode: 0o700 })
    expect(place('/home/ana/vault/')).toEqual(place('/home/ana/vault'))
    expect(place('/home/ana/x/../vault')).toEqual(place('/home/ana/vault'))
  })

  it('is the same whatever the environment says', () => {
    const before = process.env['XDG_RUNTIME_DIR']
    const without = place('/home/ana/vault')
    process.env['XDG_RUNTIME_DIR'] = '/tmp/elsewhere'
    try {
      expect(place('/home/ana/vault')).toEqual(without)
    } finally {
      if (before === undefined) delete process.env['XDG_RUNTIME_DIR']
      else process.env['XDG_RUNTIME_DIR'] = before
    }
  })

  it('is not in a folder of the system that belongs to another user', () => {
    mkdirSync(join(runtimes, String(uid + 1)), { mode: 0o700 })
    expect(place('/home/ana', uid + 1).folder).toBe('/home/ana/run')
  })

  it.each([0o755, 0o770, 0o701])('is not in a folder of the system that others may enter: %o', (mode) => {
    const folder = join(runtimes, String(uid))
    mkdirSync(folder)
    chmodSync(folder, mode)
    expect(place('/home/ana').folder).toBe('/home/ana/run')
  })

  it('is not in a link or a file at the place of that folder', () => {
    mkdirSync(join(runtimes, 'own'), { mode: 0o700 })
    symlinkSync(join(runtimes, 'own'), join(runtimes, String(uid)))
    expect(place('/home/ana').folder).toBe('/home/ana/run')
    rmSync(join(runtimes, String(uid)))
    writeFileSync(join(runtimes, String(uid)), '', { mode: 0o600 })
    expect(place('/home/ana').folder).toBe('/home/ana/run')
  })
})

describe('a home with a long path', () => {
  const long = (bytes: number): string => `/${'x'.repeat(bytes - '/run/vault.sock'.length - 1)}`

  it('has its socket below it up to 103 bytes, which every system takes', () => {
    expect(Buffer.byteLength(place(long(103)).path ?? '')).toBe(103)
    expect(place(long(103)).folder).toBe(`${long(103)}/run`)
  })

  it('has it in a folder of /tmp beyond that, another for each home and user', () => {
    const one = place(long(104))
    expect(one.folder).toMatch(new RegExp(`^/tmp/latchkey-${uid}-[0-9a-f]{16}$`))
    expect(place(long(105)).folder).not.toBe(one.folder)
    expect(place(long(104), uid + 1).folder).not.toBe(one.folder)
  })

  it('is measured in bytes, since a sign may have more than one', () => {
    expect(place(`/${'é'.repeat(45)}`).folder).toMatch(/^\/tmp\/latchkey-/)
  })
})

describe('the pipe of Windows', () => {
  const windows = (home: string) => socketPlace(home, { platform: 'win32', uid: 0, runtimes })

  it('has the random name that the home holds', () => {
    writeFileSync(pipeNameFile(runtimes), `${'0a'.repeat(16)}\n`)
    expect(windows(runtimes)).toEqual({ folder: null, path: `\\\\.\\pipe\\latchkey-${'0a'.repeat(16)}` })
  })

  it('is nowhere while the home holds no name, or one that is no name', () => {
    expect(windows(runtimes)).toEqual({ folder: null, path: null })
    writeFileSync(pipeNameFile(runtimes), '..\\other')
    expect(windows(runtimes)).toEqual({ folder: null, path: null })
  })
})
