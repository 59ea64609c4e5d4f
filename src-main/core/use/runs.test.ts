import { describe, expect, it } from 'vitest'
import { settle } from '../testing/fake-clock.ts'
import { Runs } from './runs.ts'

function world() {
  const ended: string[] = []
  let ids = 0
  let secrets = 0
  const runs = new Runs({
    newId: () => `run-${String((ids += 1))}`,
    newSecret: () => `secret-${String((secrets += 1))}`,
    digest: (text) => `digest of ${text}`,
    onEnded: (run) => ended.push(run)
  })
  return { runs, ended }
}

describe('a run', () => {
  it('is found by its secret, by its own client and by no other (attack: a forged run)', () => {
    const { runs } = world()
    const { secret } = runs.begin('bot-id')
    expect(runs.find(secret, 'bot-id')).toBe('run-1')
    for (const [forged, client] of [
      [secret, 'other-id'],
      ['run-1', 'bot-id'],
      [`digest of ${secret}`, 'bot-id'],
      ['', 'bot-id'],
      [null, 'bot-id']
    ] as const)
      expect([forged, runs.find(forged, client)]).toEqual([forged, null])
  })

  it('is another one each time, also of the same client', () => {
    const { runs } = world()
    const [one, other] = [runs.begin('bot-id'), runs.begin('bot-id')]
    expect([runs.find(one.secret, 'bot-id'), runs.find(other.secret, 'bot-id')]).toEqual(['run-1', 'run-2'])
  })

  it('ends once, and its secret is worth nothing from then on', async () => {
    const { runs, ended } = world()
    const { secret, ended: over, end } = runs.begin('bot-id')
    expect(runs.isOpen('run-1')).toBe(true)
    end()
    end()
    await over
    expect([runs.find(secret, 'bot-id'), runs.isOpen('run-1'), ended]).toEqual([null, false, ['run-1']])
  })

  it('ends with the vault, which lets what is under way go on', async () => {
    const { runs, ended } = world()
    const all = [runs.begin('bot-id'), runs.begin('terminal')]
    let over = 0
    for (const run of all) void run.ended.then(() => (over += 1))
    runs.endAll()
    await settle()
    for (const { end } of all) end()
    expect([over, ended, runs.find(all[0]?.secret ?? '', 'bot-id')]).toEqual([2, [], null])
  })
})
