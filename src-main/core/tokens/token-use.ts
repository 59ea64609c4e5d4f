import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { SECOND } from './lifetime.ts'
import type { Clock, CredentialRepository } from '../ports.ts'

const RESOLUTION = SECOND

type Ports = {
  readonly repository: Pick<CredentialRepository, 'find' | 'setLastUsed'>
  readonly clock: Pick<Clock, 'now'>
  readonly onChange: (ref: CredentialRef) => void
}

/** Notes that a token was handed out, once a second. What can not be written is no reason to keep a token back. */
export function noteUse({ repository, clock, onChange }: Ports, ref: CredentialRef): void {
  const now = clock.now()
  const last = repository.find(ref)?.lastUsedAt ?? null
  if (last !== null && Math.abs(now.getTime() - last.getTime()) < RESOLUTION) return
  try {
    repository.setLastUsed(ref, now)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
  }
  onChange(ref)
}
