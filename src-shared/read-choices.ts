import * as v from 'valibot'

/** Reads stored choices one by one, so that one that can not be read does not take the others with it. */
export function readChoices(
  entries: Readonly<Record<string, v.GenericSchema>>,
  stored: unknown,
  otherwise: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  const found = v.safeParse(v.record(v.string(), v.unknown()), stored)
  const value: Record<string, unknown> = { ...otherwise }
  for (const [name, schema] of Object.entries(entries)) {
    const choice = v.safeParse(schema, found.success ? found.output[name] : undefined)
    if (choice.success) value[name] = choice.output
  }
  return value
}
