import { readdir } from 'node:fs/promises'
import { describe, it } from 'vitest'
import { type MirrorState, openMirror } from '../support/electron-mirror.ts'
import { electronVersion } from '../fakes/fake-electron.ts'
import { type StartEnd, StartTree } from '../support/start-tree.ts'

type Run = StartEnd & {
  readonly requests: readonly string[]
  readonly left: string[]
  readonly vault: boolean
}

/**
 * Runs `npm start` in a tree of its own without Electron, with a mirror in this state. Null: no server
 * listens there.
 */
async function startWith(state: MirrorState | null): Promise<Run> {
  const tree = await StartTree.lay()
  const made = await tree.folder('mirror')
  const temporary = await tree.folder('temporary')
  const mirror = await openMirror(state ?? 'serves', made, tree.electron)
  if (state === null) await mirror.close()
  try {
    // No window opens on this display: each run ends before that, or at an Electron that opens none.
    const env = { DISPLAY: ':nobody', ELECTRON_MIRROR: mirror.address, TMPDIR: temporary }
    const end = await tree.start({ env })
    const left = await readdir(temporary)
    return { ...end, requests: mirror.requests(), left, vault: tree.hasVault }
  } finally {
    if (state !== null) await mirror.close()
    await tree.remove()
  }
}

describe.concurrent('the download of Electron', () => {
  it('is one request, and the app opens on what came', async ({ expect }) => {
    const { code, out, requests, left } = await startWith('serves')
    expect(requests).toEqual([`/v${electronVersion}/electron-v${electronVersion}-linux-${process.arch}.zip`])
    expect(out).toContain(`Latchkey runs in Electron ${electronVersion}.`)
    expect(code).toBe(0)
    expect(left).toEqual([])
  })

  it(
    'may take its time while more and more comes, and shows how far it is',
    { timeout: 90_000 },
    async ({ expect }) => {
      const { code, out, seconds } = await startWith('slow')
      expect(out).toContain(`Latchkey runs in Electron ${electronVersion}.`)
      expect(out).toMatch(new RegExp(`^Downloading Electron ${electronVersion} …\\n {2}\\d+ MB\\n`))
      expect(seconds).toBeGreaterThan(15)
      expect(code).toBe(0)
    }
  )

  it.for<[string, MirrorState | null, RegExp]>([
    ['is refused', null, /its server can’t be reached from this network\./],
    ['is answered 404', 'answers 404', /the server answered 404\./],
    ['stalls', 'stalls', /nothing came for fifteen seconds\./],
    ['breaks off half-way', 'breaks off', /the connection broke off\./],
    ['is of another file', 'serves another file', /its checksum is another\./]
  ])('ends with a sentence when it %s', async ([, state, sentence], { expect }) => {
    const { code, out, seconds, left, vault } = await startWith(state)
    expect(out).toMatch(sentence)
    expect(out).toMatch(/is not here and could not be downloaded[^]*npm start -- --host\n$/)
    expect(code).toBe(1)
    expect(seconds).toBeLessThan(30)
    expect(left).toEqual([])
    expect(vault).toBe(false)
  })
})
