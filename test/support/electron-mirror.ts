import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { electronVersion, layFakeElectron } from '../fakes/fake-electron.ts'

/**
 * Behavior of the download server. `slow`: takes longer than a download may stand still, but never stands
 * still.
 */
export type MirrorState = 'serves' | 'slow' | 'answers 404' | 'stalls' | 'breaks off' | 'serves another file'

export type Mirror = {
  /** Value of ELECTRON_MIRROR. */
  readonly address: string
  readonly requests: () => readonly string[]
  readonly close: () => Promise<void>
}

/**
 * Starts a server with the zip of a working Electron, and writes its checksum into Electron's npm package,
 * where the download looks for it.
 */
export async function openMirror(state: MirrorState, folder: string, electron: string): Promise<Mirror> {
  const zip = await electronZip(folder)
  const name = `electron-v${electronVersion}-linux-${process.arch}.zip`
  const checksum = createHash('sha256').update(zip).digest('hex')
  await writeFile(join(electron, 'checksums.json'), JSON.stringify({ [name]: checksum }))
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    void answer(state, response, zip)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

async function electronZip(folder: string): Promise<Buffer> {
  const dist = join(folder, 'dist')
  await layFakeElectron(dist, 'works')
  await writeFile(join(dist, 'padding'), randomBytes(12_000_000))
  const zip = join(folder, 'electron.zip')
  const files = ['electron', 'version', 'chrome-sandbox', 'starts', 'padding']
  execFileSync('python3', ['-m', 'zipfile', '-c', zip, ...files], { cwd: dist })
  return readFile(zip)
}

async function answer(state: MirrorState, response: ServerResponse, zip: Buffer): Promise<void> {
  if (state === 'answers 404') {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-length': zip.length })
  const half = zip.subarray(0, zip.length / 2)
  if (state === 'serves') response.end(zip)
  if (state === 'serves another file') response.end(Buffer.alloc(zip.length))
  if (state === 'stalls') response.write(half)
  if (state === 'breaks off') response.write(half, () => response.destroy())
  if (state === 'slow') {
    const pieces = 18
    for (let piece = 0; piece < pieces; piece += 1) {
      const from = Math.floor((zip.length * piece) / pieces)
      response.write(zip.subarray(from, Math.floor((zip.length * (piece + 1)) / pieces)))
      await delay(1000)
    }
    response.end()
  }
}
