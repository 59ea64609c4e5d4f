import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Channel } from './evidence.ts'
import { environmentOf, type WatchedVault, type World } from './watched-vault.ts'

declare const __canary: { planted?: Error }

export type Garden = {
  readonly world: World
  readonly watched: WatchedVault
  /** An address of this computer that does not belong to the provider. */
  readonly foreign: string
  /** Callbacks that undo the plant. */
  readonly after: (() => void)[]
}
/** One way a secret could get into a channel. */
export type Plant = {
  readonly channel: Channel
  readonly place: string
  readonly plant: (garden: Garden, secret: string) => Promise<unknown> | void
}

const root = resolve(import.meta.dirname, '../..')

/** Secrets in files, processes and actions of the main process. The search has to find all of them. */
export const mainPlants: readonly Plant[] = [
  ...['data', 'data/browser', 'home', 'tmp'].map((name): Plant => ({
    channel: 'files',
    place: name,
    plant: ({ world }, secret) =>
      writeFileSync(join(world.folder, name, 'planted.txt'), Buffer.from(secret, 'utf16le'))
  })),
  {
    channel: 'files',
    place: 'the working folder',
    plant: ({ after }, secret) => {
      const file = join(root, `planted-${String(process.pid)}.log`)
      after.push(() => rmSync(file, { force: true }))
      writeFileSync(file, Buffer.from(secret).toString('base64'))
    }
  },
  {
    channel: 'files',
    place: 'a file’s name',
    plant: ({ world }, secret) => writeFileSync(join(world.folder, 'tmp', secret), '')
  },
  {
    channel: 'output',
    place: 'stdout',
    plant: ({ watched }, secret) => watched.app.evaluate((_electron, text) => console.log(text), secret)
  },
  {
    channel: 'output',
    place: 'stderr',
    plant: ({ watched }, secret) =>
      watched.app.evaluate((_electron, text) => void process.stderr.write(`${text}\n`), secret)
  },
  {
    channel: 'ipc',
    place: 'to a page',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(
        ({ BrowserWindow }, text) =>
          BrowserWindow.getAllWindows()[0]!.webContents.send('latchkey:event:reveal', { credential: text }),
        secret
      )
  },
  {
    channel: 'errors',
    place: 'an error that is held',
    plant: ({ watched }, secret) =>
      watched.app.evaluate((_electron, text) => {
        __canary.planted = new Error('Planted.', { cause: new TypeError(text) })
      }, secret)
  },
  {
    channel: 'errors',
    place: 'one of our own',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(async (_electron, text) => {
        const error = new Error('Planted.')
        error.name = 'VaultError'
        Object.defineProperty(error, 'evidence', { value: { deep: [{ text }] }, enumerable: false })
        await new Promise((resolve) => setImmediate(resolve))
      }, secret)
  },
  {
    channel: 'errors',
    place: 'a warning',
    plant: ({ watched }, secret) =>
      watched.app.evaluate((_electron, text) => process.emitWarning(text), secret)
  },
  {
    channel: 'command lines',
    place: 'a child',
    plant: (garden, secret) => child(garden, [secret], {})
  },
  {
    channel: 'environments',
    place: 'a child',
    plant: (garden, secret) => child(garden, [], { PLANTED: secret })
  },
  {
    channel: 'labels',
    place: 'title of the window',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(
        ({ BrowserWindow }, text) => BrowserWindow.getAllWindows()[0]!.setTitle(text),
        secret
      )
  },
  {
    channel: 'labels',
    place: 'menu',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(({ Menu }, text) => void Menu.buildFromTemplate([{ label: text }]), secret)
  },
  {
    channel: 'labels',
    place: 'notification',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(
        ({ Notification }, text) => new Notification({ title: 'Planted', body: text }).show(),
        secret
      )
  },
  {
    channel: 'clipboard',
    place: 'content',
    plant: ({ watched }, secret) =>
      watched.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), secret)
  },
  {
    channel: 'network',
    place: 'main process',
    plant: ({ watched, foreign }, secret) =>
      watched.app.evaluate(
        async ({ session }, [url, text]) => {
          await session.fromPartition('planted').fetch(url, { method: 'POST', body: text })
        },
        [foreign, secret] as const
      )
  },
  {
    channel: 'network',
    place: 'session bus',
    plant: async ({ watched, after }, secret) => {
      const folder = mkdtempSync(join(tmpdir(), 'latchkey-bus-')) // outside the searched world
      const path = join(folder, 'bus')
      const server = createServer((socket) => socket.resume()).listen(path)
      after.push(() => {
        server.close()
        rmSync(folder, { recursive: true })
      })
      await once(server, 'listening')
      await watched.app.evaluate(
        async (_electron, [at, text]) => {
          const { createConnection } = process.getBuiltinModule('node:net')
          const socket = createConnection(at)
          await new Promise<void>((resolve) => socket.end(text, resolve))
        },
        [path, secret] as const
      )
    }
  }
]

function child({ world, after }: Garden, args: string[], env: Record<string, string>): Promise<void> {
  const code = 'setTimeout(() => undefined, 60_000)'
  const started: ChildProcess = spawn(process.execPath, ['-e', code, ...args], {
    env: environmentOf(world, env),
    stdio: 'ignore'
  })
  after.push(() => started.kill())
  return new Promise((resolve) => started.once('spawn', resolve))
}
