import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { terminalKeyFile } from '../../src-socket/socket-path.ts'
import { type HomeAnswers, reachHome } from './reach-home.ts'

const outside: HomeAnswers = {
  stream: async () => ({ value: 'outside', body: null }),
  close: () => undefined
}

let home = ''
let starts = 0
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latchkey-reach-'))
  starts = 0
})
afterEach(() => rmSync(home, { recursive: true }))

/** Reaches a home of which no vault runs; one that is started ends with an error. */
async function reached(way: 'start' | 'find' | 'outside', isOpenable = true): Promise<HomeAnswers> {
  const ports = {
    home: () => home,
    keyFile: () => null,
    serveCommand: (): [string, ...string[]] => [process.execPath, '-e', 'process.exit(1)'],
    holdStart: async () => {
      starts += 1
      return () => undefined
    }
  }
  return await reachHome(way, ports, { isOpenable, outside: async () => outside })
}

it.each([
  ['find', true],
  ['outside', true],
  ['start', false]
] as const)('looks from outside and starts nothing: %s, can be opened: %s', async (way, isOpenable) => {
  writeFileSync(terminalKeyFile(home), '00'.repeat(32), { mode: 0o600 })
  expect(await reached(way, isOpenable)).toBe(outside)
  expect(starts).toBe(0)
})

it('looks from outside when the vault does not start', async () => {
  expect(await reached('start')).toBe(outside)
  expect(starts).toBe(1)
})
