import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hardenProcess, systemCalls } from '../../../src-main/storage/keychain/process-hardening.ts'

const children: ChildProcess[] = []

afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

async function start(file: string, argument: string): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(resolve('test/fixtures', file), [argument], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  children.push(child)
  const [said] = (await once(child, 'message')) as [unknown]
  return { child, said }
}

async function readableOf(pid: number | undefined): Promise<unknown> {
  return (await start('curious-process.ts', String(pid))).said
}

describe('a process that holds secrets', () => {
  it('can be read by every process of its user when it is left as it is', async () => {
    const { child, said } = await start('hardened-process.ts', 'open')
    expect(said).toBe('open')
    expect(await readableOf(child.pid)).toEqual(['environment', 'memory', 'maps', 'files'])
  })

  it('can be read by none of them once it is hardened', async () => {
    const { child, said } = await start('hardened-process.ts', 'harden')
    expect(said).toBe('hardened')
    expect(await readableOf(child.pid)).toEqual([])
  })
})

describe('a process of ours that sees secrets', () => {
  it.each([
    ['the command line', ['bin/latchkey.mjs', 'doctor']],
    ['the keychain helper', ['src-main/storage/keychain/keychain-helper.ts']]
  ])('hardens itself first thing, unless it is to stay open: %s', async (_name, [file = '', ...args]) => {
    const limitAtEnd = async (isOpen: boolean): Promise<string> => {
      const child = fork(resolve(file), args, {
        // Reports the limit when it ends, whatever the limit is.
        execArgv: ['--import', resolve('test/fixtures/core-limit-process.ts')],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: {
          ...process.env,
          LATCHKEY_HOME: '/nowhere/latchkey',
          LATCHKEY_OPEN_TO_DEBUGGERS: isOpen ? '1' : '0'
        }
      })
      children.push(child)
      const [limit] = (await once(child, 'message')) as [string]
      return limit
    }
    expect(await limitAtEnd(true)).not.toBe('0')
    expect(await limitAtEnd(false)).toBe('0')
  })
})

describe('hardening', () => {
  it('does without the optional module, and says so', async () => {
    expect(hardenProcess(null)).toEqual({ kind: 'unavailable' })
    expect(await systemCalls('darwin')).toBeNull()
  })

  it('tells when the system refuses, and still does the other half', () => {
    const done: string[] = []
    const calls = {
      setDumpable: (value: 0 | 1) => (done.push(`dumpable ${value}`), -1),
      setCoreLimit: (bytes: number) => (done.push(`core ${bytes}`), 0)
    }
    expect(hardenProcess(calls)).toEqual({ kind: 'refused' })
    expect(done).toEqual(['core 0', 'dumpable 0'])
  })
})
