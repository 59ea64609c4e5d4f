import { join } from 'node:path'
import { expect, fixtureApp, test } from './fixture.ts'

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
  expect(codes.map(([code]) => code)).toEqual([3, 15, 9])
})
