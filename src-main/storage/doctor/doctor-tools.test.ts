import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditTools } from './doctor-tools.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-tools-'))
  mkdirSync(at('setup'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const at = (...names: readonly string[]): string => join(folder, ...names)

/** Notes what was written into a file of a tool, and what the tool starts. */
function note(tool: string, file: object, program?: string): void {
  const text = JSON.stringify({ kept: null, files: [{ path: at('config'), ...file }], program })
  writeFileSync(at('setup', `${tool}.json`), text)
}
const audit = async () => await auditTools(at('setup'))

describe('what a setup wrote', () => {
  it.each([
    ['as JSON on one line', '{"auths":{},"credHelpers":{"ghcr.io":"latchkey"}}', true],
    ['as JSON on several lines', '{\n  "credHelpers": {\n    "ghcr.io": "latchkey"\n  }\n}', true],
    ['as YAML', 'credHelpers:\n  ghcr.io: latchkey\n', true],
    ['with another helper', '{"credHelpers":{"ghcr.io":"pass"}}', false],
    ['without it', '{}', false]
  ])('is found by its marks %s', async (_name, text, isThere) => {
    note('docker', { lines: [], marks: ['ghcr.io:latchkey'] })
    writeFileSync(at('config'), text)
    expect(await audit()).toEqual([{ tool: 'docker', changed: isThere ? [] : [at('config')], missing: null }])
  })

  it('is found by its lines, and is gone with its file', async () => {
    note('git', { lines: ['\thelper = latchkey'] })
    writeFileSync(at('config'), '[credential]\n    helper = latchkey\n')
    expect(await audit()).toMatchObject([{ changed: [] }])
    rmSync(at('config'))
    expect(await audit()).toMatchObject([{ changed: [at('config')] }])
  })
})

it('a program that is gone, or that can not be run, is missing', async () => {
  const program = at('latchkey-aws')
  note('aws', { lines: [] }, program)
  writeFileSync(at('config'), '')
  expect(await audit()).toMatchObject([{ changed: [], missing: program }])
  writeFileSync(program, '', { mode: 0o600 })
  expect(await audit()).toMatchObject([{ missing: program }])
  writeFileSync(at('other'), '', { mode: 0o700 })
  note('aws', { lines: [] }, at('other'))
  expect(await audit()).toMatchObject([{ missing: null }])
})

it('nothing was set up where there is no folder', async () => {
  expect(await auditTools(at('nothing'))).toEqual([])
})
