import * as v from 'valibot'
import { credentialKinds, serviceId } from './credential.ts'
import { groupings, orders } from './list-order.ts'
import { readChoices } from './read-choices.ts'

/** The selection of the rail. */
const view = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['all', 'attention', 'expiring']) }),
  v.strictObject({ kind: v.literal('of-kind'), value: v.picklist(credentialKinds) }),
  v.strictObject({
    kind: v.literal('of-service'),
    service: serviceId,
    name: v.pipe(v.string(), v.maxLength(200))
  }),
  v.strictObject({ kind: v.literal('of-tag'), tag: v.pipe(v.string(), v.maxLength(30)) })
])

/** How the person left the list: it begins like that at the next start. */
export const layout = v.strictObject({
  view,
  order: v.picklist(orders),
  grouping: v.picklist(groupings)
})
export type Layout = v.InferOutput<typeof layout>

const firstLayout: Layout = { view: { kind: 'all' }, order: 'attention', grouping: 'status' }

/** Returns what was stored, part by part; a part that is missing or unreadable is as at the first start. */
export function readLayout(stored: unknown): Layout {
  return v.parse(layout, readChoices(layout.entries, stored, firstLayout))
}
