import type { AuditRowView } from '#shared/broker/audit.ts'

/** Returns a row for a test; by default the intent of a request. */
export function auditRow(part: Partial<AuditRowView> = {}): AuditRowView {
  return {
    seq: 1,
    at: '2026-11-21T10:00:00.000Z',
    kind: 'intent',
    of: null,
    client: 'bot-id',
    clientName: 'bot',
    peer: { uid: null, pid: null, program: null },
    credential: '["github","ana"]',
    shown: { service: 'github', name: 'GitHub', account: 'ana' },
    action: 'use',
    method: 'GET',
    host: 'api.github.com:443',
    path: '/user',
    status: null,
    code: null,
    reason: null,
    redacted: null,
    bytes: null,
    ...part
  }
}
