import type * as v from 'valibot'
import { expect, it } from 'vitest'
import { auditReport, auditRowView } from '#shared/broker/audit.ts'
import { clientView } from '#shared/broker/clients.ts'
import { policyReport } from '#shared/broker/policy.ts'
import { doctorReport } from '#shared/doctor.ts'
import { storeView } from '#shared/stores.ts'
import { exportReport } from '#shared/transfer.ts'
import { answerJson } from '../commands/use/answer-json.ts'
import { commandTable } from '../command-table.ts'

const keysOf = (...schemas: { readonly entries: v.ObjectEntries }[]): string[] => [
  ...new Set(schemas.flatMap(({ entries }) => Object.keys(entries)))
]

/** The commands that print an answer as it is. */
const request = await answerJson({ status: 200, statusText: 'OK', headers: [] }, null)

it.each([
  ['audit', keysOf(auditRowView, auditReport)],
  ['doctor', keysOf(doctorReport)],
  ['export', keysOf(exportReport)],
  ['pair', keysOf(clientView)],
  ['policy', keysOf(policyReport)],
  ['request', Object.keys(request)],
  ['store', keysOf(storeView)]
])('the JSON of %s has every field of the answer, and no other', (name, keys) => {
  const { options } = commandTable.find((row) => row.name === name) ?? { options: [] }
  const fields = options.find((option) => option.name === 'json')?.fields ?? []
  expect(fields.toSorted()).toEqual(keys.toSorted())
})
