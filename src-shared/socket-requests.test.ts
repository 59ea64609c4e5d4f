import { expect, it } from 'vitest'
import { useRequests } from './broker/use-requests.ts'
import { socketRequests } from './socket-requests.ts'

const programs = Object.keys(socketRequests).filter((name) => socketRequests[name]?.asker === 'program')

it('lets a program use credentials and see who answers, and nothing else', () => {
  expect(programs.toSorted()).toEqual(['relay', 'reveal', 'runTool', 'status', 'use'])
})

it('keeps the log, the approvals and the programs for the person, and the clipboard for the window', () => {
  const names = Object.keys(useRequests)
  const through = names.filter((name) => name in socketRequests)
  expect(names.filter((name) => !through.includes(name))).toEqual(['copyActivity', 'copyAuditAnchor'])
  expect(through.map((name) => socketRequests[name]?.asker)).toEqual(through.map(() => 'person'))
})
