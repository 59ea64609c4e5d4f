import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** A command line that has a few commands, of which `command` opens a home. Everything else is a usage error. */
const root = (name: string): string =>
  `export const runCommandLine = async ({ args, version, beforeCommand, beforeOpening }) => {
    const isCommand = ['ask', 'command', 'completion', 'serve'].includes(args[0])
    const code = isCommand ? await beforeCommand(args[0]) : null
    const other = code ?? (args[0] === 'command' ? await beforeOpening() : null)
    process.exitCode = other ?? 0
    if (other === null) console.log('${name} ' + version() + ' ' + args.join(' '))
  }\n`
/** The arguments of a Node that says it is of this version. */
const asNode = (version: string): readonly string[] => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`
]
const asOldNode = asNode('20.19.0')

let folder: string
/** A project as it is after a clone, with the real start file and stubs behind it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-start-'))
  for (const part of ['bin', 'src-main', 'node_modules/.bin'])
    await mkdir(join(folder, part), { recursive: true })
  await copyFile(resolve('bin/latchkey.mjs'), join(folder, 'bin', 'latchkey.mjs'))
  await writeFile(join(folder, 'package.json'), '{"type":"module","version":"1.2.3"}')
  await writeFile(join(folder, 'src-main', 'command-line.ts'), `type Kept = string\n${root('sources')}`)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function build(): Promise<void> {
  await mkdir(join(folder, 'out', 'cli'), { recursive: true })
  await writeFile(join(folder, 'out', 'cli', 'latchkey.js'), root('build'))
  await writeFile(join(folder, 'out', 'cli', 'sources.txt'), 'src-main/command-line.ts\n')
}

async function installNode(then = 'exit 7'): Promise<void> {
  const node = join(folder, 'node_modules', '.bin', 'node')
  await writeFile(node, `#!/bin/sh\nshift\nshift\necho "installed $*"\n${then}\n`)
  await chmod(node, 0o755)
}

type End = { readonly code: number; readonly out: string; readonly errors: string }

function run(args: readonly string[], node: readonly string[] = []): Promise<End> {
  return new Promise((done) => {
    const whole = [...node, join(folder, 'bin', 'latchkey.mjs'), ...args]
    const child = execFile(process.execPath, whole, (_error, out, errors) =>
      done({ code: child.exitCode ?? -1, out, errors })
    )
  })
}

describe('the command line', () => {
  it('runs from its sources where nothing was built', async () => {
    expect(await run(['a', 'b'])).toEqual({ code: 0, out: 'sources 1.2.3 a b\n', errors: '' })
  })

  it('runs what was built', async () => {
    await build()
    expect((await run(['a'])).out).toBe('build 1.2.3 a\n')
  })

  it('runs from its sources again once one of them was changed or is gone', async () => {
    await build()
    const later = new Date(Date.now() + 3_600_000)
    await utimes(join(folder, 'src-main', 'command-line.ts'), later, later)
    expect((await run(['a'])).out).toBe('sources 1.2.3 a\n')
    await build()
    await utimes(join(folder, 'src-main', 'command-line.ts'), new Date(1), new Date(1))
    await writeFile(join(folder, 'out', 'cli', 'sources.txt'), 'src-main/command-line.ts\nsrc-main/gone.ts\n')
    expect((await run(['a'])).out).toBe('sources 1.2.3 a\n')
  })

  it('looks at the sources of the commands before a command alone, and at those of the vault before serve', async () => {
    await build()
    const [start, command] = ['src-main/command-line.ts', 'src-main/changed.ts']
    await writeFile(join(folder, command), '')
    await writeFile(join(folder, 'out', 'cli', 'sources.txt'), `${start}\n\n${command}\n`)
    expect((await run(['ask'])).out).toBe('build 1.2.3 ask\n')
    const later = new Date(Date.now() + 3_600_000)
    await utimes(join(folder, command), later, later)
    for (const args of [[], ['--help'], ['a mistake'], ['x', '--help'], ['completion', 'bash']]) {
      expect((await run(args)).out).toBe(`build 1.2.3 ${args.join(' ')}\n`)
    }
    for (const args of [['ask'], ['command', '--help']]) {
      expect(await run(args)).toEqual({ code: 0, out: `sources 1.2.3 ${args.join(' ')}\n`, errors: '' })
    }
    await writeFile(join(folder, 'out', 'cli', 'sources.txt'), `${start}\n\n${start}\n\n${command}\n`)
    expect((await run(['ask'])).out).toBe('build 1.2.3 ask\n')
    expect((await run(['serve'])).out).toBe('sources 1.2.3 serve\n')
    await utimes(join(folder, start), later, later)
    expect((await run(['--help'])).out).toBe('sources 1.2.3 --help\n')
  })

  it('runs what was built where no sources are installed', async () => {
    await build()
    await rm(join(folder, 'src-main'), { recursive: true })
    expect((await run(['a'])).out).toBe('build 1.2.3 a\n')
  })

  describe('on an older Node', () => {
    it('starts no second Node for a command that opens nothing', async () => {
      await build()
      await installNode()
      expect(await run(['--help'], asOldNode)).toEqual({ code: 0, out: 'build 1.2.3 --help\n', errors: '' })
    })

    it('runs a command on the Node that the project has installed, with its exit code', async () => {
      await build()
      await installNode()
      expect(await run(['command', 'x'], asOldNode)).toEqual({
        code: 7,
        out: 'installed command x\n',
        errors: ''
      })
    })

    it('ends there with the signal that it gets, and by the signal that ended the other', async () => {
      await build()
      await installNode('trap "exit 9" TERM; echo ready; while :; do sleep 0.01; done')
      const args = [...asOldNode, join(folder, 'bin', 'latchkey.mjs'), 'command']
      const asked = spawn(process.execPath, args)
      for await (const text of asked.stdout) if (String(text).includes('ready')) break
      asked.kill('SIGTERM')
      expect(await once(asked, 'exit')).toEqual([9, null])
      await installNode('kill -HUP $$')
      expect(await once(spawn(process.execPath, args), 'exit')).toEqual([null, 'SIGHUP'])
    })

    it('runs everything there where nothing was built', async () => {
      await installNode()
      expect(await run(['--help'], asOldNode)).toEqual({ code: 7, out: 'installed --help\n', errors: '' })
    })

    it('runs a command on the installed Node if SQLite is still announced as experimental here', async () => {
      await build()
      const here = { code: 0, out: 'build 1.2.3 command x\n', errors: '' }
      expect(await run(['command', 'x'], asNode('22.18.0'))).toEqual(here)
      await installNode()
      const elsewhere = { code: 7, out: 'installed command x\n' }
      expect(await run(['command', 'x'], asNode('22.18.0'))).toMatchObject(elsewhere)
      expect(await run(['command', 'x'], asNode('24.0.0'))).toEqual(here)
    })

    it('runs every command there once a source of the commands was changed', async () => {
      await build()
      await installNode()
      expect((await run(['ask'], asOldNode)).out).toBe('build 1.2.3 ask\n')
      await writeFile(
        join(folder, 'out', 'cli', 'sources.txt'),
        'src-main/command-line.ts\n\nsrc-main/gone.ts\n'
      )
      expect(await run(['ask'], asOldNode)).toEqual({ code: 7, out: 'installed ask\n', errors: '' })
    })

    it('says what is needed if no Node is installed', async () => {
      const { code, out, errors } = await run(['--help'], asOldNode)
      expect([code, out]).toEqual([70, ''])
      expect(errors).toBe('latchkey: needs Node 22.18 or newer, found 20.19.0; run npm ci\n')
    })
  })
})
