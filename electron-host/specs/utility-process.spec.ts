import { join } from 'node:path'
import { expect, fixtureApp, isHost, test } from './fixture.ts'

const utility = join(fixtureApp, 'utility.mjs')

test('messages go to a utility process and back, whatever structured clone carries', async ({
  run: { app }
}) => {
  const seen = await app.evaluate(async ({ utilityProcess }, path) => {
    const child = utilityProcess.fork(path, ['a', 'b'], {
      serviceName: 'Fixture',
      env: { ...process.env, FLAG: 'on' },
      stdio: 'pipe'
    })
    const before = child.pid
    const answer = new Promise((resolve) => child.once('message', resolve))
    const printed = new Promise<string>((resolve) =>
      child.stdout?.once('data', (text) => resolve(String(text)))
    )
    await new Promise<void>((resolve) => child.once('spawn', resolve))
    const running = child.pid
    child.postMessage({ map: new Map([['k', new Uint8Array([7])]]), date: new Date(5) })
    const { data, argv, flag, pid } = (await answer) as {
      data: { map: Map<string, Uint8Array>; date: Date }
      [other: string]: unknown
    }
    const kept = data.map.get('k')?.[0] === 7 && data.date.getTime() === 5
    const output = await printed
    child.kill()
    return { before, kept, argv, flag, isItsPid: pid === running, output }
  }, utility)
  expect(seen).toEqual({
    before: undefined,
    kept: true,
    argv: ['a', 'b'],
    flag: 'on',
    isItsPid: true,
    output: 'utility is up\n'
  })
})

test('a utility process ends by itself, by kill, or by a crash, and the app hears of it', async ({
  run: { app }
}) => {
  const codes = await app.evaluate(async ({ utilityProcess }, path) => {
    const end = async (how: (child: Electron.UtilityProcess) => void): Promise<unknown[]> => {
      const child = utilityProcess.fork(path, [], { stdio: 'ignore' })
      const exited = new Promise((resolve) => child.once('exit', resolve))
      await new Promise<void>((resolve) => child.once('spawn', resolve))
      how(child)
      const code = await exited
      return [code, child.pid]
    }
    return [
      await end((child) => child.postMessage({ exit: 3 })),
      await end((child) => expectTrue(child.kill())),
      await end((child) => process.kill(child.pid ?? 0, 'SIGKILL'))
    ]
    function expectTrue(value: boolean): void {
      if (!value) throw new Error('kill() said no')
    }
  }, utility)
  expect(codes.map(([code]) => code)).toEqual([3, 0, 9])
})

test('a utility process is not killed before it has spawned, nor after its end', async ({ run: { app } }) => {
  const seen = await app.evaluate(async ({ utilityProcess }, path) => {
    const child = utilityProcess.fork(path, [], { stdio: 'ignore' })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const early = child.kill()
    const answer = new Promise<void>((resolve) => child.once('message', () => resolve()))
    child.postMessage('still there')
    await answer
    const whileUp = child.kill()
    return [early, whileUp, await exited, child.kill()]
  }, utility)
  expect(seen).toEqual([false, true, 0, false])
})

test('a fatal error of V8 in a utility process is told before its end', async ({ run: { app } }) => {
  test.skip(!isHost, 'Electron needs a native module to bring one about')
  const seen = await app.evaluate(async ({ utilityProcess }, path) => {
    const child = utilityProcess.fork(path, [], { stdio: 'ignore', execArgv: ['--max-old-space-size=16'] })
    const heard: unknown[] = []
    const said = (type: string, location: string, report: string): void =>
      void heard.push([type, location !== '', 'header' in JSON.parse(report), report.includes('HOME')])
    child.on('error', said as never)
    const exited = new Promise<void>((resolve) =>
      child.once('exit', (code) => {
        heard.push(code === 0)
        resolve()
      })
    )
    child.postMessage({ exhaust: true })
    await exited
    return heard
  }, utility)
  expect(seen).toEqual([['FatalError', true, true, false], false])
})

const wanted = ['aes-256-gcm', 'chacha20-poly1305', 'aes-256-ccm', 'camellia-256-cbc']
const has = (names: string[]): boolean[] => wanted.map((name) => names.includes(name))

test('a utility process and the app have the ciphers of BoringSSL and no others', async ({
  run: { app }
}) => {
  const seen = await app.evaluate(
    async ({ utilityProcess }, { path, names }) => {
      const child = utilityProcess.fork(path, [], { stdio: 'ignore' })
      const answer = new Promise<{ tried: string[]; all: string[] }>((resolve) =>
        child.once('message', resolve)
      )
      child.postMessage({ ciphers: names })
      const inChild = await answer
      child.kill()
      const { createHash, getCiphers } = process.getBuiltinModule('node:crypto')
      const hashes = ['sha256', 'sha3-256'].map((name) => {
        try {
          return createHash(name).digest().length
        } catch (error) {
          return (error as Error).message
        }
      })
      return { ...inChild, inApp: getCiphers(), hashes }
    },
    { path: utility, names: wanted }
  )
  const unknown = 'ERR_CRYPTO_UNKNOWN_CIPHER'
  expect(seen.tried).toEqual(['yes', unknown, unknown, unknown])
  expect(has(seen.all)).toEqual([true, false, false, false])
  expect(has(seen.inApp)).toEqual([true, false, false, false])
  expect(seen.hashes).toEqual([32, 'Digest method not supported'])
})
