/**
 * A whole vault in a process of its own: `node storm-child.ts HOME STORE SERVICE ACCOUNT CALLERS`. Prints
 * `ready`; then it does what each line says: `at MS` lets time pass until its clock is that far ahead, `ask`
 * requests the token once for each caller, all at once, and prints for each a digest of the answer or the
 * code of the refusal.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { VaultError } from '#shared/problem.ts'
import { digestOf } from '../support/rotation-counts.ts'
import { openTestVault } from '../support/vault-harness.ts'
import { PassingClock } from './passing-clock.ts'

const [home = '', store = '', service = '', account = '', callers = '1'] = process.argv.slice(2)
const clock = new PassingClock()
const { vault } = await openTestVault({ home, store: store as 'keychain' | 'file', clock })
const say = (event: object): void => void writeSync(1, `${JSON.stringify(event)}\n`)

async function ask(): Promise<string> {
  try {
    return digestOf(await vault.tokens.getToken({ service, account }))
  } catch (error) {
    return `refused: ${(error as Partial<VaultError>).code ?? 'crash'}`
  }
}

say({ event: 'ready' })
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ms] = line.split(' ')
  if (word === 'at') clock.goTo(Number(ms))
  const answers = word === 'ask' ? await Promise.all(Array.from({ length: Number(callers) }, ask)) : []
  say({ event: 'done', answers })
}
await vault.close()
process.exit(0)
