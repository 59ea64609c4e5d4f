import { describe, expect, it } from 'vitest'
import type { AuditRow } from '../use/audit-row.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { proposalWorld } from '../testing/proposal-world.ts'
import { approvalWorld, sampleWanted } from '../testing/use-world.ts'
import { unknownPeer } from '../use/client.ts'
import { Clients } from '../use/clients.ts'
import type { ShownCredential } from './shown-credential.ts'
import { type ActivityLog, activityHandlers } from './activity-requests.ts'

const at = new Date('2026-11-21T10:00:00Z')

function row(change: Partial<AuditRow> = {}): AuditRow {
  return {
    seq: 1,
    at,
    kind: 'intent',
    of: null,
    client: 'bot-id',
    clientName: 'bot',
    peer: unknownPeer,
    credential: '["github","ana"]',
    action: 'use',
    method: 'GET',
    host: 'api.github.com:443',
    path: '/user',
    status: null,
    code: null,
    reason: null,
    redacted: null,
    bytes: null,
    ...change
  }
}

/** The answers over the real approvals and programs, and a log in memory. */
function world(rows: readonly AuditRow[] = []) {
  const { allow, approvals } = approvalWorld()
  const { proposals } = proposalWorld()
  const copied: string[] = []
  const notes: unknown[][] = []
  const removed: string[] = []
  let ids = 0
  const clients = new Clients({
    clock: new FakeClock(),
    newId: () => `client-${String((ids += 1))}`,
    read: () => [{ id: 'bot-id', name: 'bot', pairedAt: at, lastSeenAt: null }],
    write: () => undefined,
    onRemoved: ({ name }) => removed.push(name)
  })
  const audit: ActivityLog = {
    list: async ({ limit }) => rows.toReversed().slice(0, limit),
    find: async (seq) => {
      const found = rows.find((each) => each.seq === seq)
      return found === undefined ? null : { row: found, outcome: rows.find(({ of }) => of === seq) ?? null }
    },
    verify: async () => ({
      kind: 'ok',
      seq: null,
      to: null,
      why: null,
      accepted: null,
      soundTo: 2,
      anchoredTo: 2,
      head: 'the head'
    }),
    note: async (...note) => void notes.push(note)
  }
  const writeClipboard = async (text: string): Promise<void> => void copied.push(text)
  const show = (): ShownCredential => ({ service: 'github', name: 'GitHub', account: 'ana' })
  const handlers = activityHandlers({
    activity: { approvals, clients, proposals, audit, show },
    writeClipboard
  })
  return { handlers, allow, approvals, removed, copied, notes }
}

describe('an approval', () => {
  it('is listed with the name of its program, and with the id of one that has no name', async () => {
    const { handlers, allow } = world()
    allow(sampleWanted(), 'always')
    allow(sampleWanted({ client: 'gone-id' }), 'always')
    const names = (await handlers.listApprovals()).map(({ client }) => client.name)
    expect(names.toSorted()).toEqual(['bot', 'gone-id'])
  })

  it('that is revoked ends, and the log says whose it was', async () => {
    const { handlers, allow, approvals, notes } = world()
    allow(sampleWanted(), 'always')
    const [{ id } = { id: '' }] = await handlers.listApprovals()
    await handlers.revokeApproval(id)
    expect(approvals.given.list()).toEqual([])
    const { client, credential } = sampleWanted()
    expect(notes).toEqual([['revoke', { client, clientName: 'bot', credential }]])
    await expect(handlers.revokeApproval(id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(notes).toHaveLength(1)
  })
})

it('a program that is removed has no access and no approval any more', async () => {
  const { handlers, allow, removed, notes } = world()
  allow(sampleWanted(), 'always')
  await handlers.removeClient('bot')
  expect(removed).toEqual(['bot'])
  expect(await handlers.listApprovals()).toEqual([])
  expect(await handlers.listClients()).toEqual([])
  expect(notes).toEqual([['unpair', { client: 'bot-id', clientName: 'bot' }]])
})

describe('rows of the log', () => {
  const rows = [row(), row({ seq: 2, kind: 'outcome', of: 1, status: 200 }), row({ seq: 3, kind: 'refused' })]

  it('are copied as JSON lines in the order of the window, without those that are gone', async () => {
    const { handlers, copied } = world(rows)
    await handlers.copyActivity([3, 99, 1])
    expect(copied).toHaveLength(1)
    expect(copied[0]?.endsWith('\n')).toBe(true)
    const lines = (copied[0] ?? '').trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([3, 1])
    expect(JSON.parse(lines[1] ?? '')).toEqual({
      ...rows[0],
      at: '2026-11-21T10:00:00.000Z',
      shown: { service: 'github', name: 'GitHub', account: 'ana' }
    })
  })

  it('that are all gone leave the clipboard as it was', async () => {
    const { handlers, copied } = world()
    await expect(handlers.copyActivity([1])).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(copied).toEqual([])
  })

  it('are explained together with their outcome, and a number that is none by null', async () => {
    const { handlers } = world(rows)
    expect(await handlers.explainAudit(1)).toMatchObject({
      row: { seq: 1 },
      outcome: { seq: 2, status: 200 }
    })
    expect(await handlers.explainAudit(3)).toMatchObject({ row: { seq: 3 }, outcome: null })
    expect(await handlers.explainAudit(99)).toBeNull()
  })
})

it('the anchor that is copied is the one of the last check, and before a check there is none', async () => {
  const { handlers, copied } = world()
  await expect(handlers.copyAuditAnchor()).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await handlers.verifyAudit(null)
  await handlers.copyAuditAnchor()
  expect(copied).toEqual(['the head'])
})
