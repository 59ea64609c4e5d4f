import { parseArgs } from 'node:util'
import type { Helper } from './helper.ts'
import type { HelperAnswer, HelperVault, HelperWish } from './helper-vault.ts'
import { type KubectlCalls, kubectlCalls, parentProgram } from './kubectl-calls.ts'

type KubectlCall = {
  readonly args: readonly string[]
  /** The text of KUBERNETES_EXEC_INFO; empty: kubectl did not start this program. */
  readonly info: string
  readonly calls: KubectlCalls
  readonly now: () => number
}

const HELPER = 'kubectl'
/** Where it is not known who asks, or there is no folder for it, every call counts as the first one. */
const NO_CALLS: KubectlCalls = { given: () => null, note: () => undefined }
const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
/** Milliseconds in which a refused token is exchanged for a new one at most once. */
const FORCED_MS = 600_000

const codes = { 'sign-in': 4, unreachable: 69, locked: 75, pending: 75, denied: 77 } as const
const USAGE = 64
const NOT_HELD = 1

const sentences = {
  usage: 'Arguments are --service SERVICE, and if wanted --account ACCOUNT and --scope SCOPE.',
  noInfo: 'This program is started by kubectl, as “latchkey setup kubectl” writes it into the kubeconfig.',
  version: 'kubectl asks in a version that is not known here: set v1 or v1beta1 in the kubeconfig.',
  noCluster:
    'kubectl does not say which cluster the token is for: set provideClusterInfo: true in the kubeconfig.',
  notSafe: 'The cluster is not reached over https, so it gets no token.',
  notHeld: 'Latchkey holds nothing for this cluster. “latchkey setup kubectl” says how to set it up.'
}

type Answer = { readonly out: string } | { readonly sentence: string; readonly code: number }

/**
 * The program of `exec` in a kubeconfig, for kubectl and every other program that reads one. Answers in the version that
 * was asked in (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/). Arguments, each with a value:
 * `--service`, if wanted `--account` and `--scope`, and `--parent`, the process that asks.
 */
export const kubectlHelper: Helper = async ({ args, environment, notesFolder, write, writeError }, vault) => {
  const folder = await notesFolder()
  const parent = argumentsOf(args)?.parent ?? null
  const calls =
    folder === null || parent === null ? NO_CALLS : kubectlCalls(folder, parentProgram(Number(parent)))
  const info = environment['KUBERNETES_EXEC_INFO'] ?? ''
  const answer = await kubectlAnswer({ args, info, calls, now: Date.now }, vault)
  if ('out' in answer) write(answer.out)
  else writeError(`latchkey: ${answer.sentence}\n`)
  return 'code' in answer ? answer.code : 0
}

/**
 * Answers one call. A program that asks again before its token has expired was answered 401 with it: then the token is
 * refreshed, once.
 */
export async function kubectlAnswer(call: KubectlCall, vault: HelperVault): Promise<Answer> {
  const named = argumentsOf(call.args)
  if (named === null) return { sentence: sentences.usage, code: USAGE }
  const asked = askedBy(call.info)
  if ('fault' in asked) return { sentence: sentences[asked.fault], code: USAGE }
  const { parent: _parent, ...wish } = named
  const answer = await answered({ helper: HELPER, host: asked.host, ...wish }, call, vault)
  if (answer.kind === 'none') return { sentence: sentences.notHeld, code: NOT_HELD }
  if (answer.kind === 'refused') return { sentence: answer.sentence, code: codes[answer.why] }
  const { value, expiresAt } = answer.credential
  const status = { token: value, ...(expiresAt !== null && { expirationTimestamp: seconds(expiresAt) }) }
  return { out: `${JSON.stringify({ apiVersion: asked.apiVersion, kind: 'ExecCredential', status })}\n` }
}

/** As Kubernetes writes a time: RFC 3339 in whole seconds, here never later than it is. */
const seconds = (instant: string): string => `${new Date(instant).toISOString().slice(0, 19)}Z`

async function answered(
  wish: HelperWish,
  { calls, now }: KubectlCall,
  vault: HelperVault
): Promise<HelperAnswer> {
  const key = JSON.stringify([wish.host, wish.service, wish.account, wish.scope])
  const before = calls.given(key)
  const answer = await vault.credential(wish)
  if (answer.kind !== 'given') return answer
  const { expiresAt, value } = answer.credential
  // Another expiry is another token, which nobody has refused.
  const isRefused = before !== null && before.expiresAt === expiresAt && !hasExpired(expiresAt, now())
  const isForced = isRefused && now() - (before.forcedAt ?? -Infinity) > FORCED_MS
  if (!isForced) {
    calls.note(key, { expiresAt, forcedAt: before?.forcedAt ?? null })
    return answer
  }
  await vault.suspect({ helper: HELPER, host: wish.host, value })
  const fresh = await vault.credential(wish)
  if (fresh.kind === 'given') {
    calls.note(key, { expiresAt: fresh.credential.expiresAt, forcedAt: now() })
  }
  return fresh
}

const hasExpired = (expiresAt: string | null, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now

type Named = Required<Pick<HelperWish, 'service' | 'account' | 'scope'>> & { readonly parent: string | null }

/** Null: they are not understood. */
function argumentsOf(args: readonly string[]): Named | null {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { service: text, account: text, scope: text, parent: text }
    })
    const { service = null, account = null, scope = null, parent = null } = values
    return { service, account, scope, parent }
  } catch {
    return null
  }
}

type Asked =
  | { readonly apiVersion: string; readonly host: string }
  | { readonly fault: 'noInfo' | 'version' | 'noCluster' | 'notSafe' }

/** What is in KUBERNETES_EXEC_INFO. */
function askedBy(info: string): Asked {
  const { apiVersion, spec } = objectOf(info) ?? {}
  if (apiVersion === undefined) return { fault: 'noInfo' }
  if (typeof apiVersion !== 'string' || !VERSIONS.includes(apiVersion)) return { fault: 'version' }
  const server = (spec as { readonly cluster?: { readonly server?: unknown } | null } | null | undefined)
    ?.cluster?.server
  if (typeof server !== 'string' || !URL.canParse(server)) return { fault: 'noCluster' }
  const { protocol, host } = new URL(server)
  return protocol === 'https:' ? { apiVersion, host } : { fault: 'notSafe' }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}
