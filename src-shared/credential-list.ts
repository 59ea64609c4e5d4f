import * as v from 'valibot'
import { credentialStatus, credentialSummary, maskedText, rotationState } from './credential.ts'
import { entryLabels } from './entry-labels-schema.ts'
import { type CommonFacts, commonFields, type OwnFacts, type PackedList } from './packed-list.ts'

const time = v.pipe(v.number(), v.integer())
const timeOrNull = v.nullable(time)

const common = v.pick(credentialSummary, commonFields) satisfies v.GenericSchema<CommonFacts>

const row = v.strictTuple([
  v.string(),
  v.nullable(v.string()),
  credentialStatus,
  v.union([time, v.picklist(['never', 'unknown'])]),
  maskedText,
  time,
  time,
  timeOrNull,
  timeOrNull,
  timeOrNull,
  timeOrNull,
  timeOrNull,
  v.nullable(rotationState),
  v.nullable(entryLabels)
]) satisfies v.GenericSchema<OwnFacts>

/** A `PackedList`. Strict, as a summary is; a part that was checked before and can not change is not looked at again. */
export const credentialList: v.GenericSchema<PackedList> = v.array(
  v.strictObject({ common: checkedOnce(common), rows: v.array(checkedOnce(row)) })
)

/** Some of the list, or all of it: those that need the person first. `revision`: the last delta that it holds. */
export const credentialPage = v.strictObject({
  revision: v.pipe(v.number(), v.integer()),
  credentials: credentialList,
  /** How many credentials the whole list has. */
  total: v.pipe(v.number(), v.integer())
})
export type CredentialPage = v.InferOutput<typeof credentialPage>

/** The same check, which remembers the frozen objects that passed it. An object that is frozen has to be so to its depth. */
function checkedOnce<T extends object>(schema: v.GenericSchema<T>): v.GenericSchema<T> {
  const passed = new WeakSet<object>()
  return v.custom<T>((value) => {
    if (typeof value === 'object' && value !== null && passed.has(value)) return true
    if (!v.is(schema, value)) return false
    if (Object.isFrozen(value)) passed.add(value)
    return true
  })
}
