import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { holdHome } from './hold-home.ts'
import { openCatalogOrBackup } from './open-store.ts'

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latchkey-hold-'))
})
afterEach(async () => await rm(home, { recursive: true }))

describe('a home', () => {
  it('is held by one at a time, and free again once it is released', async () => {
    const release = await holdHome(home, 0)
    expect(release).not.toBeNull()
    expect(await holdHome(home, 0)).toBeNull()
    release?.()
    const next = await holdHome(home, 20_000)
    expect(next).not.toBeNull()
    next?.()
  })

  it('goes to one that waits as soon as it is released', async () => {
    const release = await holdHome(home, 0)
    const waits = holdHome(home, 20_000)
    release?.()
    const next = await waits
    expect(next).not.toBeNull()
    next?.()
  })

  it('that can not be used is an error and not one that is held', async () => {
    await writeFile(join(home, 'file'), '')
    await expect(holdHome(join(home, 'file'), 0)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' })
  })
})

it('leaves a new home new: nothing is searched for that it might have lost', async () => {
  const release = await holdHome(home, 0)
  const clock = { now: () => new Date() }
  const config = readConfig({ LATCHKEY_HOME: home }, [])
  const { catalog, mayLack } = await openCatalogOrBackup({ config, clock })
  expect(mayLack).toBe(false)
  catalog.close()
  release?.()
})
