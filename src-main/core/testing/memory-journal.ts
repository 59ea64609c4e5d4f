import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import type { VaultError } from '#shared/problem.ts'
import type { OpenRefresh, RefreshJournal } from '../tokens/refresh-journal.ts'
import type { Secret } from '../secret.ts'

type Row = OpenRefresh & { readonly ref: CredentialRef; readonly spent: Secret }

/** A journal in a map; `steps` are its writes, oldest first. */
export class MemoryJournal implements RefreshJournal {
  readonly #rows = new Map<string, Row>()
  readonly steps: string[] = []
  fail: VaultError | null = null

  begin(ref: CredentialRef, spent: Secret, at: Date): void {
    this.#write('begin')
    if (this.openFor(ref, spent) !== null) return
    this.#rows.set(credentialKey(ref), { ref, spent, step: 'asked', since: at })
  }

  answered(ref: CredentialRef): void {
    this.#write('answered')
    const row = this.#rows.get(credentialKey(ref))
    if (row !== undefined) this.#rows.set(credentialKey(ref), { ...row, step: 'answered' })
  }

  settle(ref: CredentialRef): void {
    this.#write('settle')
    this.#rows.delete(credentialKey(ref))
  }

  openFor(ref: CredentialRef, refreshToken: Secret): OpenRefresh | null {
    const row = this.#rows.get(credentialKey(ref))
    return row?.spent.equals(refreshToken) === true ? { step: row.step, since: row.since } : null
  }

  open(): readonly CredentialRef[] {
    return [...this.#rows.values()].map(({ ref }) => ref)
  }

  #write(step: string): void {
    if (this.fail !== null) throw this.fail
    this.steps.push(step)
  }
}
