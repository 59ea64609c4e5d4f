import * as v from 'valibot'
import { absolutePath } from '../absolute-path.ts'
import { credentialRef, serviceId } from '../credential.ts'
import { clientName } from './clients.ts'
import type { SocketRow } from './requests.ts'
import { whereabouts } from './whereabouts.ts'

/** A place of repositories: `acme`, or with its host `github.com/acme`; groups of GitLab may follow. */
const ownerName = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(/^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9._~-]+)*$/, 'Use an owner such as acme, or github.com/acme.'),
  v.maxLength(300)
)

/** When a rule holds. */
export const ruleCondition = v.variant('kind', [
  /** In this folder and below. */
  v.strictObject({ kind: v.literal('folder'), folder: absolutePath }),
  /** In a repository with a remote of this owner. */
  v.strictObject({ kind: v.literal('owner'), owner: ownerName }),
  /** For a paired program, by its name. */
  v.strictObject({ kind: v.literal('client'), client: clientName })
])
export type RuleCondition = v.InferOutput<typeof ruleCondition>

/** Which account of a service is meant where a request names none. */
export const accountRule = v.strictObject({ ...credentialRef.entries, when: ruleCondition })
export type AccountRule = v.InferOutput<typeof accountRule>

/** `holds`: it decides at the place that was asked about. */
const shownRules = v.array(v.strictObject({ ...accountRule.entries, holds: v.boolean() }))
export type ShownAccountRules = v.InferOutput<typeof shownRules>

const forPerson = { doors: ['socket'], asker: 'person' } as const

/** The rules that choose an account; only the person sees and sets them. */
export const accountRuleRequests = {
  /** Null: at no place, so no rule of a place holds. */
  listAccountRules: { ...forPerson, input: v.strictTuple([v.nullable(whereabouts)]), output: shownRules },
  /** Takes the place of the rule with the same service and condition. */
  setAccountRule: { ...forPerson, input: v.strictTuple([accountRule]), output: v.null() },
  removeAccountRule: {
    ...forPerson,
    input: v.strictTuple([v.strictObject({ service: serviceId, when: ruleCondition })]),
    output: v.null()
  }
} as const satisfies Record<string, SocketRow>
