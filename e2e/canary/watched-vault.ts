import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { mainPage, newHome } from '../support/launch.ts'
import { VaultApp } from '../support/vault-app.ts'
import { Evidence } from './evidence.ts'
import { isOwn, isOwnAddress, lookAtPages } from './page-evidence.ts'
import { watchProcesses } from './processes.ts'

type Note = { readonly where: string; readonly text: string }
/** The notes of `ipc-spy.cjs` in the main process. */
export type MainNotes = {
  readonly frames: Note[]
  readonly errors: Note[]
  readonly labels: Note[]
  readonly requests: Note[]
  /** Addresses to which the main process connected. */
  readonly peers: string[]
  /** Data written to sockets of this computer, byte by byte. */
  readonly said: string[]
  heldErrors(): Promise<Note[]>
}
declare const __canary: MainNotes

const root = resolve(import.meta.dirname, '../..')

/** One folder with everything that the vault may write to: its home, HOME and the temporary files. */
export type World = {
  readonly folder: string
  readonly evidence: Evidence
  readonly since: number
  /** PKCE verifiers, as sent to the token endpoint. */
  readonly verifiers: Set<string>
  readonly vaults: WatchedVault[]
}

export function newWorld(): World {
  const folder = newHome()
  for (const name of ['data', 'home', 'tmp']) mkdirSync(join(folder, name))
  return { folder, evidence: new Evidence(), since: Date.now(), verifiers: new Set(), vaults: [] }
}

/** Returns the environment of each process of that world. The keychain's KEYRING_DIR is outside it. */
export function environmentOf({ folder }: World, env: Record<string, string> = {}): Record<string, string> {
  const home = join(folder, 'home')
  const own = {
    LATCHKEY_HOME: join(folder, 'data'),
    LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1',
    LATCHKEY_OPEN_TO_DEBUGGERS: '1',
    TMPDIR: join(folder, 'tmp'),
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local')
  }
  return { ...(process.env as Record<string, string>), ...own, ...env }
}

export type WatchedVault = {
  readonly vault: VaultApp
  readonly app: ElectronApplication
  /** Origins that pages requested, except our own and the redirect URIs of sign-ins. */
  readonly askedByPages: () => readonly string[]
  /** Collects all evidence now. */
  readonly look: () => Promise<void>
  /** Fetches the notes of the main process before it ends. */
  readonly notes: () => Promise<void>
  /** Ends the app if it still runs, and collects what it leaves behind. Idempotent. */
  readonly end: () => Promise<void>
}

/** Starts the built app, with everything that leaves it noted as evidence. */
export async function launchWatched(world: World, env: Record<string, string> = {}): Promise<WatchedVault> {
  const { evidence } = world
  const processes = watchProcesses(evidence, world.folder)
  const app = await _electron.launch({
    cwd: root,
    args: ['spy.cjs', 'canary/ipc-spy.cjs'].flatMap((name) => ['-r', join(root, 'e2e', name)]).concat('.'),
    env: environmentOf(world, env)
  })
  const written: Buffer[] = []
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (data: Buffer) => written.push(data))
  const askedByPages = watchPages(app, evidence)
  const vault = new VaultApp(app, await mainPage(app))
  const files = (): void => lookAtFiles(world)
  const notes = (): Promise<void> => takeNotes(app, world)
  const watched: WatchedVault = {
    vault,
    app,
    askedByPages,
    notes,
    look: async () => {
      processes.look()
      await lookAtPages(app, evidence)
      await notes()
      files()
    },
    end: async () => {
      await app.close()
      processes.stop()
      evidence.add('output', 'app', Buffer.concat(written))
      files()
    }
  }
  world.vaults.push(watched)
  return watched
}

/** Adds the world's folder, and files written below the working folder since the beginning. */
function lookAtFiles({ folder, evidence, since }: World): void {
  evidence.addFolder(folder)
  evidence.addFolder(root, { except: ['node_modules', '.git'], since })
}

function watchPages(app: ElectronApplication, evidence: Evidence): () => readonly string[] {
  const asked = new Set<string>()
  const redirects = new Set<string>()
  const context = app.context()
  const ofOurs = (page: Page | null): boolean => page !== null && isOwn(page)
  context.on('request', (request) => {
    const url = new URL(request.url())
    const redirect = url.searchParams.get('redirect_uri')
    if (redirect !== null) redirects.add(new URL(redirect).origin)
    if (!isOwnAddress(url.href)) asked.add(url.origin)
    else evidence.add('network', 'request of a page', `${url.href} ${request.postData() ?? ''}`)
  })
  context.on('console', (message) => {
    if (ofOurs(message.page())) evidence.add('output', 'console of a page', message.text())
  })
  context.on('weberror', (event) => {
    const error = event.error()
    if (ofOurs(event.page())) evidence.add('errors', 'page', `${error.message} ${error.stack ?? ''}`)
  })
  return () => [...asked].filter((origin) => !redirects.has(origin))
}

async function takeNotes(app: ElectronApplication, { evidence, verifiers }: World): Promise<void> {
  const seen = await app.evaluate(async ({ BaseWindow, clipboard }) => {
    const { frames, errors, labels, requests, peers, said, heldErrors } = __canary
    return {
      frames,
      errors: [...errors, ...(await heldErrors())],
      labels,
      requests,
      peers,
      said,
      titles: BaseWindow.getAllWindows().map((window) => window.getTitle()),
      clipboard: await clipboard.readText()
    }
  })
  for (const { where, text } of seen.frames) evidence.add('ipc', where, text)
  for (const { where, text } of seen.errors) evidence.add('errors', where, text)
  for (const { where, text } of seen.labels)
    evidence.add(where === 'clipboard' ? 'clipboard' : 'labels', where, text)
  for (const { where, text } of seen.requests) {
    evidence.add('network', `main ${new URL(where).origin}`, `${where} ${text}`)
    const verifier = /code_verifier=([\w.~-]+)/.exec(text)?.[1]
    if (verifier !== undefined) verifiers.add(verifier)
  }
  for (const peer of seen.peers) evidence.add('network', `peer ${peer}`, peer)
  evidence.add('network', 'session bus', seen.said.join(''))
  for (const title of seen.titles) evidence.add('labels', 'title of a window', title)
  evidence.add('clipboard', 'content', seen.clipboard)
}

/** Ends the processes that still run in the world and removes its folder. */
export async function endWorld({ folder, vaults }: World): Promise<void> {
  for (const vault of vaults) await vault.end()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
