import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, chmod, lstat, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listenPrivately } from '../../../src-main/broker/socket-file.ts'
import { missingPrograms, NOBODY, startBusyListener } from '../../support/other-user.ts'

const isRoot = process.getuid?.() === 0
const inUse = {
  code: 'STORE_WRITE_FAILED',
  message: expect.stringMatching(/^Something else is at the place of Latchkey’s socket/)
}
const notOurs = {
  code: 'STORE_WRITE_FAILED',
  message: 'The folder of the secrets is a link or belongs to another user. Nothing was written.'
}

let root = ''
let folder = ''
let path = ''
const servers: Server[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-file-'))
  folder = join(root, 'run')
  path = join(folder, 'vault.sock')
})
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  await rm(root, { recursive: true })
})

/** A server that says its name to everyone. */
const answering = (name: string): Server =>
  createServer((socket) => void socket.on('error', () => undefined).end(name))

async function listenThere(): Promise<Server> {
  const server = answering('vault')
  await listenPrivately(server, { folder, path })
  servers.push(server)
  return server
}

const modeOf = async (file: string): Promise<number> => (await lstat(file)).mode & 0o777

/** What answers at the socket. */
async function answerThere(): Promise<string> {
  const socket = connect(path)
  const pieces: Buffer[] = []
  socket.on('data', (bytes) => pieces.push(bytes))
  await once(socket, 'close')
  return Buffer.concat(pieces).toString()
}

/** A socket of a process that was killed. */
async function leaveStaleSocket(): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  const code =
    'process.stdin.resume(); require("net").createServer().listen(process.argv[1], () => console.log(1))'
  const child = spawn(process.execPath, ['-e', code, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'close')
  expect((await lstat(path)).isSocket()).toBe(true)
}

it('these tests have every program that they need', () => {
  expect(missingPrograms(['perl', 'mkfifo'])).toEqual([])
})

describe('a socket of the vault', () => {
  it('can be opened by its owner alone, in a folder that its owner alone can enter', async () => {
    const before = process.umask()
    await listenThere()
    expect([await modeOf(path), await modeOf(folder)]).toEqual([0o600, 0o700])
    expect(await answerThere()).toBe('vault')
    expect(process.umask()).toBe(before)
  })

  it('closes a folder that was open to others', async () => {
    await mkdir(folder)
    await chmod(folder, 0o777)
    await listenThere()
    expect(await modeOf(folder)).toBe(0o700)
  })

  it('takes the place of one whose process was killed', async () => {
    await leaveStaleSocket()
    await listenThere()
    expect(await answerThere()).toBe('vault')
  })
})

describe('what is at the place of the socket is refused and left as it is', () => {
  it('if a process answers there', async () => {
    await mkdir(folder, { mode: 0o700 })
    const other = answering('other').listen(path)
    servers.push(other)
    await once(other, 'listening')
    await expect(listenThere()).rejects.toMatchObject(inUse)
    expect(await answerThere()).toBe('other')
  })

  it('if a process listens there and is too busy to accept', async () => {
    await mkdir(folder, { mode: 0o700 })
    const busy = startBusyListener(path)
    await once(busy.stdout, 'data')
    const found = await lstat(path)
    await expect(listenThere()).rejects.toMatchObject(inUse)
    expect((await lstat(path)).ino).toBe(found.ino)
    busy.stdin.end()
    await once(busy, 'close')
  })

  it.each(['a file', 'a pipe', 'a folder', 'a link to a socket', 'a link to nothing'])(
    'if it is %s',
    async (what) => {
      await mkdir(folder, { mode: 0o700 })
      if (what === 'a file') await writeFile(path, 'notes')
      if (what === 'a pipe') execFileSync('mkfifo', [path])
      if (what === 'a folder') await mkdir(path)
      if (what === 'a link to nothing') await symlink(join(root, 'nothing'), path)
      if (what === 'a link to a socket') {
        const target = join(root, 'other.sock')
        const other = createServer().listen(target)
        servers.push(other)
        await once(other, 'listening')
        await symlink(target, path)
      }
      const found = await lstat(path)
      await expect(listenThere()).rejects.toMatchObject(inUse)
      expect(await lstat(path)).toMatchObject({ ino: found.ino, mode: found.mode })
    }
  )

  it.runIf(isRoot)('if it is a socket of another user', async () => {
    await leaveStaleSocket()
    await chown(path, NOBODY, NOBODY)
    await expect(listenThere()).rejects.toMatchObject(inUse)
    expect((await lstat(path)).uid).toBe(NOBODY)
  })
})

describe('the folder of the socket is refused', () => {
  it('if it is a link, even to a folder of the person', async () => {
    await mkdir(join(root, 'elsewhere'), { mode: 0o700 })
    await symlink(join(root, 'elsewhere'), folder)
    await expect(listenThere()).rejects.toMatchObject(notOurs)
    expect(await readlink(folder)).toBe(join(root, 'elsewhere'))
  })

  it.runIf(isRoot)('if it belongs to another user', async () => {
    await mkdir(folder, { mode: 0o700 })
    await chown(folder, NOBODY, NOBODY)
    await expect(listenThere()).rejects.toMatchObject(notOurs)
  })

  it('if it is a file', async () => {
    await writeFile(folder, '')
    await expect(listenThere()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  })

  it('with a code of ours, too, if the system does not let us listen in it', async () => {
    path = join(folder, 'x'.repeat(300))
    await expect(listenThere()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  })
})
