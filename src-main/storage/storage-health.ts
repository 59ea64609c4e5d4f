import { toProblem } from '#shared/problem.ts'
import type { VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'

const keychainLabels: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager'
}
const LINUX_LABEL = 'System keyring (Secret Service)'
const FILES_LABEL = 'Encrypted files on this computer'

type Findings = {
  /** Null: the keychain works. `forced`: it is not to be used. */
  readonly problem: VaultError | 'forced' | null
  readonly mayUseFiles: boolean
  readonly platform: NodeJS.Platform
}

/** Pure: the state of the store in a person's words. */
export function describeHealth({ problem, mayUseFiles, platform }: Findings): StorageHealth {
  const label = keychainLabels[platform] ?? LINUX_LABEL
  if (problem === null) return { backend: 'keychain', label, state: 'healthy', problem: null }
  if (problem === 'forced') {
    return { backend: 'encrypted-file', label: FILES_LABEL, state: 'degraded', problem: null }
  }
  if (mayUseFiles) {
    return { backend: 'encrypted-file', label: FILES_LABEL, state: 'degraded', problem: toProblem(problem) }
  }
  const state = problem.code === 'KEYCHAIN_UNAVAILABLE' ? 'unavailable' : 'locked'
  return { backend: null, label, state, problem: toProblem(problem) }
}
