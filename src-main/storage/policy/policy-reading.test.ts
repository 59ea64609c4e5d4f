import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { noPolicy, type Policy } from '../../core/use/policy.ts'
import { readAuthorities, readPolicy } from './policy-file.ts'

const { network } = noPolicy
async function faultOfRead(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.then(
    () => 'no fault',
    (reason: unknown) => reason
  )
  return error instanceof VaultError && error.code === 'CONFIG_INVALID' ? error.message : String(error)
}

const whole = `
version: 1
services: { github: { read_only: true, allow: [GET /repos/**] } }
clients: { ci-bot: { off: true } }
`

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-policy-'))
  file = join(folder, 'policy.yaml')
})
afterEach(() => rmSync(folder, { recursive: true }))
const write = (text: string | Buffer, mode = 0o600): void => {
  writeFileSync(file, text)
  chmodSync(file, mode)
}

describe('the file of a policy', () => {
  it('is no policy if it is missing, and so is one in a missing folder', async () => {
    expect(await readPolicy(file)).toEqual(noPolicy)
    expect(await readPolicy(join(folder, 'gone', 'policy.yaml'))).toEqual(noPolicy)
  })

  it('may be readable by others, and is left as it is', async () => {
    write(whole, 0o644)
    expect((await readPolicy(file)).clients.get('ci-bot')?.off).toBe(true)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o644)
    expect(readFileSync(file, 'utf8')).toBe(whole)
  })

  it.runIf(process.platform !== 'win32')('is refused if others can write it or its folder', async () => {
    write('version: 1', 0o620)
    expect(await faultOfRead(readPolicy(file))).toBe('policy.yaml: the file can be written by others.')
    write('version: 1')
    chmodSync(folder, 0o777)
    expect(await faultOfRead(readPolicy(file))).toBe(
      'policy.yaml: the file is in a folder that can be written by others.'
    )
  })

  it('is refused if it is a link, even one that leads nowhere', async () => {
    symlinkSync(join(folder, 'other.yaml'), file)
    const fault = 'policy.yaml: the file is a link; name the file itself.'
    expect(await faultOfRead(readPolicy(file))).toBe(fault)
    writeFileSync(join(folder, 'other.yaml'), 'version: 1')
    expect(await faultOfRead(readPolicy(file))).toBe(fault)
  })

  it('is refused if it is a folder, too long, or not UTF-8', async () => {
    mkdirSync(file)
    expect(await faultOfRead(readPolicy(file))).toBe('policy.yaml: the file is not a file.')
    rmSync(file, { recursive: true })
    write(`version: 1 #${'x'.repeat(131_072)}`)
    expect(await faultOfRead(readPolicy(file))).toBe('policy.yaml: the file is too long.')
    write(Buffer.from([0x76, 0xff]))
    expect(await faultOfRead(readPolicy(file))).toBe('policy.yaml: the file can’t be read as text.')
  })

  it('may begin with a byte order mark', async () => {
    write('\uFEFFversion: 1')
    expect(await readPolicy(file)).toEqual(noPolicy)
  })

  it('is refused with the place of its fault', async () => {
    write('version: 1\nclients: { ci-bot: { per_minute: much } }')
    expect(await faultOfRead(readPolicy(file))).toMatch(/^policy\.yaml: clients\.ci-bot\.per_minute must be/)
  })
})

describe('the further authorities', () => {
  const [pem = '', other = ''] = rootCertificates.map((each) => each.trim())
  const withFile = (caFile: string | null): Policy => ({ ...noPolicy, network: { ...network, caFile } })
  const fault = (text: string): string => `policy.yaml: network.ca_file ${text}.`

  it('are none without a file', async () => {
    expect(await readAuthorities(withFile(null))).toEqual([])
  })

  it('are the certificates of the file, without whatever else is in it', async () => {
    write(`# company\n${pem}\nkey\n${other}`)
    expect(await readAuthorities(withFile(file))).toEqual([pem, other])
  })

  it('are refused if one of them is broken or there is none', async () => {
    for (const text of ['', 'nothing', `${pem}${pem.replace(/\n.{20}/, '\nAAAA')}`]) {
      write(text)
      expect(await faultOfRead(readAuthorities(withFile(file)))).toBe(fault('must hold certificates as PEM'))
    }
    const gone = readAuthorities(withFile(join(folder, 'gone.pem')))
    expect(await faultOfRead(gone)).toBe(fault('names a file that is missing'))
  })

  it.runIf(process.platform !== 'win32')('are refused if others can write them', async () => {
    write(pem, 0o666)
    expect(await faultOfRead(readAuthorities(withFile(file)))).toBe(fault('can be written by others'))
  })
})
