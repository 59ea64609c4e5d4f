import { describe, expect, it } from 'vitest'
import { probeResult } from '../../../scripts/probe-result.ts'
import { type Circumstances, startProblem } from '../../../scripts/start-problem.ts'
import { hasChromiumPackage, parseOsRelease } from '../../../scripts/system-packages.ts'

const releases = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  'debian 13': 'VERSION_ID="13"\nID=debian\n',
  ubuntu: 'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  mint: 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n',
  kali: 'ID=kali\nID_LIKE=debian\nVERSION_ID="2026.1"\n',
  fedora: 'ID=fedora\nVERSION_ID=42\n'
}

describe('the distribution', () => {
  it.each([
    ['debian', true],
    ['kali', true],
    ['ubuntu', false],
    ['mint', false],
    ['fedora', false]
  ] as const)('%s has a package that is Chromium: %s', (name, expected) => {
    expect(hasChromiumPackage(parseOsRelease(releases[name]))).toBe(expected)
  })
  it('may say nothing', () => {
    expect(parseOsRelease('')).toEqual({ id: '', like: [], version: 0 })
  })
})

const about: Circumstances = {
  name: 'Electron',
  executable: '/x/electron',
  expectedVersion: '45.4.1',
  chosen: false,
  display: ':0',
  distribution: parseOsRelease(releases.debian),
  advice: () => ({ why: 'it is off', command: 'sudo switch-it-on' })
}

describe('a missing library', () => {
  it.each([
    ['debian', 'libnss3.so', 'libnss3'],
    ['debian', 'libasound.so.2', 'libasound2'],
    ['debian 13', 'libasound.so.2', 'libasound2t64'],
    ['ubuntu', 'libatk-1.0.so.0', 'libatk1.0-0t64'],
    ['ubuntu', 'libgtk-3.so.0', 'libgtk-3-0t64'],
    ['ubuntu', 'libgbm.so.1', 'libgbm1'],
    ['mint', 'libgtk-3.so.0', 'libgtk-3-0']
  ] as const)('on %s: %s is in %s', (name, library, packageName) => {
    const distribution = parseOsRelease(releases[name])
    const { remedy } = startProblem({ kind: 'missing-library', library }, { ...about, distribution })
    expect(remedy).toContain(`“sudo apt-get install ${packageName}”`)
  })
  it('is named itself where the package is not known', () => {
    const unknown = { kind: 'missing-library', library: 'libodd.so.7' } as const
    expect(startProblem(unknown, about).remedy).toContain('the package that has libodd.so.7')
    const distribution = parseOsRelease(releases.fedora)
    const nss = { kind: 'missing-library', library: 'libnss3.so' } as const
    expect(startProblem(nss, { ...about, distribution }).remedy).toContain('the package that has libnss3.so')
  })
})

describe('a probe', () => {
  const good = 'dbus said something\nlatchkey-probe 45.4.1 chromium 156.0.1.2 node 24.9.0\n'
  it('works when it said its versions and ended well', () => {
    expect(probeResult({ kind: 'exit', code: 0, output: good }, '45.4.1')).toEqual({
      kind: 'works',
      chromium: '156.0.1.2',
      node: '24.9.0'
    })
  })
  it('does not work when it ended badly after that, or well without it', () => {
    expect(probeResult({ kind: 'signal', signal: 'SIGSEGV', output: good }, '45.4.1').kind).toBe('ended')
    expect(probeResult({ kind: 'exit', code: 0, output: '' }, '45.4.1').kind).toBe('ended')
    expect(probeResult({ kind: 'not-started', failure: 'EACCES', output: '' }, '45.4.1')).toEqual({
      kind: 'ended',
      how: 'EACCES',
      said: ''
    })
  })
  it('that crashed for want of a sandbox lacks a sandbox', () => {
    const output = 'FATAL: The SUID sandbox helper binary was found, but is not configured correctly.'
    expect(probeResult({ kind: 'signal', signal: 'SIGTRAP', output }, '45.4.1').kind).toBe('no-sandbox')
  })
  it('of another version is told by where it was chosen', () => {
    const other = { kind: 'wrong-version', version: '30.0.0' } as const
    expect(startProblem(other, about).remedy).toContain('node_modules/electron/dist')
    expect(startProblem(other, { ...about, chosen: true }).remedy).toContain('ELECTRON_OVERRIDE_DIST_PATH')
  })
})
