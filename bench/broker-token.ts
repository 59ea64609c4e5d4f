// `getToken` of a vault in a process of its own, so that its memory does not slow down the client that is measured. Gets
// the store by a message, says when it is ready, and answers each further message once the token was read.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Secret } from '../src-main/core/secret.ts'
import { sampleKey } from '../src-main/core/testing/samples.ts'
import { openTestVault, removeVaultHome } from '../test/support/vault-harness.ts'
import { KEY, type Store } from './broker-vault.ts'

async function answerTokens(): Promise<void> {
  const [store] = (await once(process, 'message')) as [Store]
  const { vault, home } = await openTestVault({ store })
  const held = { ...sampleKey(), ref: { service: 'bench', account: 'broker' }, key: new Secret(KEY) }
  await vault.repository.save(held)
  process.on('message', (runs: number) => void timed(runs))
  process.send?.('ready')
  await once(process, 'disconnect')
  await vault.repository.remove(held.ref)
  await vault.close()
  await removeVaultHome(home)
  process.exit()

  /** Answers with the times of so many reads in milliseconds. */
  async function timed(runs: number): Promise<void> {
    const sample: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const begun = performance.now()
      await vault.tokens.getToken(held.ref)
      sample.push(performance.now() - begun)
    }
    process.send?.(sample)
  }
}

/** Starts the process. `timed` gives the times of so many reads of a token, in milliseconds. */
export async function startTokens(
  store: Store
): Promise<{ readonly timed: (runs: number) => Promise<number[]>; readonly close: () => Promise<void> }> {
  const tokens = fork(import.meta.filename, ['tokens'])
  tokens.send(store)
  await once(tokens, 'message')
  return {
    timed: async (runs) => {
      tokens.send(runs)
      const [sample] = (await once(tokens, 'message')) as [number[]]
      return sample
    },
    close: async () => {
      tokens.disconnect()
      await once(tokens, 'exit')
    }
  }
}

if (process.argv[2] === 'tokens') await answerTokens()
