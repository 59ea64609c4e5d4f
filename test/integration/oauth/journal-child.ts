/**
 * A whole vault in a process of its own that stops forever at one step of a refresh: `node journal-child.ts
 * HOME SERVICE ACCOUNT STEP`. Prints `ready`, refreshes as soon as it reads a line, and prints `stopped` at
 * the step. `unsent`: the journal is written and the request is not sent. `sent`: the provider holds the
 * answer back. `unstored`: the answer is here and not stored. `unsettled`: the answer is stored.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { StoredCredentialRepository } from '../../../src-main/storage/repository/credential-repository.ts'
import { openTestVault } from '../../support/vault-harness.ts'

const [home = '', service = '', account = '', step = ''] = process.argv.slice(2)
const say = (event: string): void => void writeSync(1, `${event}\n`)
const stop = async (): Promise<never> => {
  say('stopped')
  return await new Promise<never>(() => undefined)
}

const network: typeof globalThis.fetch = async (url, init) =>
  step === 'unsent' && init?.method === 'POST' ? await stop() : await fetch(url, init)
const { vault } = await openTestVault({ home, store: 'file', fetch: network })
const save = StoredCredentialRepository.prototype.save
StoredCredentialRepository.prototype.save = async function stopped(credential) {
  if (step === 'unstored') await stop()
  const entry = await save.call(this, credential)
  if (step === 'unsettled') await stop()
  return entry
}
say('ready')
await once(process.stdin, 'data')
await vault.tokens.refresh({ service, account })
say('done')
