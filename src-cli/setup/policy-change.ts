import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type HelperHost, withHelperHost, withoutHelperHost } from './policy-text.ts'
import type { FileChange, SetupWorld } from './setup-plan.ts'

/** Names hosts in policy.yaml, so that a helper may have the credentials of these services there. Empty: all are named. */
export function policyWith(
  hosts: readonly HelperHost[],
  { read }: SetupWorld,
  vaultHome: string
): readonly FileChange[] {
  const path = join(vaultHome, 'policy.yaml')
  const before = read(path)
  const shown: string[] = []
  let after = before ?? ''
  for (const host of hosts) {
    const next = withHelperHost(after, host)
    if (next === null)
      throw new UsageError('policy.yaml can’t be changed. “latchkey policy” says what is wrong.')
    if (next !== after) shown.push(`adds ${nameOf(host)}`)
    after = next
  }
  return shown.length === 0 ? [] : [{ path, before, after, shown }]
}

/** Takes hosts out of policy.yaml. Empty: none is there any more. */
export function policyWithout(
  hosts: readonly HelperHost[],
  { read }: SetupWorld,
  vaultHome: string
): readonly FileChange[] {
  const path = join(vaultHome, 'policy.yaml')
  const before = read(path)
  if (before === null) return []
  const shown: string[] = []
  let after = before
  for (const host of hosts) {
    const next = withoutHelperHost(after, host)
    if (next === null) continue
    after = next
    shown.push(`removes ${nameOf(host)}`)
  }
  return shown.length === 0 ? [] : [{ path, before, after, shown }]
}

const nameOf = ({ helper, host, service }: HelperHost): string =>
  `services: ${service}: helpers: ${helper}: ${host}`
