import { createHash } from 'node:crypto'
import type { ApprovalState } from '#shared/approval.ts'
import { credentialKey } from '#shared/credential.ts'
import { credentialShower } from '../../src-main/core/requests/shown-credential.ts'
import { questionView } from '../../src-main/core/requests/use-requests.ts'
import type { WantedApproval } from '../../src-main/core/use/approval.ts'
import { Approvals } from '../../src-main/core/use/approvals.ts'
import { type Client, type Peer, unknownPeer } from '../../src-main/core/use/client.ts'
import { NOW } from './ui-page.ts'

const terminal: Client = { id: 'terminal', name: 'terminal' }
const agent: Client = { id: 'c-1', name: 'deploy-agent' }
const github = credentialKey({ service: 'github', account: 'ana@example.com' })

const show = credentialShower({
  repository: { find: () => null },
  directory: { find: (service) => (service === 'github' ? { name: 'GitHub' } : null) }
})

export type Wish = {
  readonly client?: Client
  readonly peer?: Peer
  readonly wanted?: Partial<WantedApproval>
  readonly reason?: string | null
  readonly more?: number
}

/** The state that the window is given for a wish: the question is asked and cleaned by the vault’s own code. */
export function asked({ client = agent, peer = unknownPeer, wanted, reason = null, more = 0 }: Wish) {
  const approvals = new Approvals({
    clock: { now: () => new Date(NOW), after: () => () => undefined },
    newId: () => 'q-1',
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    read: () => [],
    write: () => undefined,
    onQuestions: () => undefined,
    isRunOpen: () => true
  })
  const whole: WantedApproval = {
    client: client.id,
    run: null,
    credential: github,
    mode: 'use',
    scope: null,
    host: 'api.github.com:443',
    method: 'POST',
    path: '/repos/ana/notes/releases',
    ...wanted
  }
  const question = questionView(approvals.questions.ask(client, peer, whole, reason), show)
  return { question, more } satisfies ApprovalState
}

const node: Peer = { uid: 1000, pid: 40_213, program: '/home/ana/.local/share/mise/node/24.22.3/bin/node' }
const longHost = `${'a-very-long-label-of-a-host.'.repeat(8)}api.example-of-a-department.example.org:8443`
const longPath = `/v1/${'a-segment-that-goes-on/'.repeat(60)}end`

/** What is shown in the pictures of the window. */
export const approvalStates = {
  approval: asked({ client: terminal, peer: node }),
  'approval-paired': asked({
    peer: { ...node, program: '/home/ana/bin/deploy-agent' },
    wanted: { scope: 'repo' },
    reason: 'Publish the notes of version 2.4 as a release',
    more: 2
  }),
  'approval-unknown-peer': asked({ reason: 'Publish the notes' }),
  'approval-long': asked({
    client: { id: 'c-2', name: 'A program with a rather long name that its owner gave it at the pairing' },
    peer: node,
    wanted: {
      credential: credentialKey({
        service: 'mcp.example.net',
        account: 'benedikta.with-a-long-name@a-department.example.org'
      }),
      scope: 'https://www.example.org/auth/releases.write',
      host: longHost,
      path: longPath
    },
    reason: 'x'.repeat(200),
    more: 1
  }),
  'approval-in-run': asked({ wanted: { run: 'run-1' }, peer: node }),
  'approval-relay': asked({ wanted: { mode: 'relay', method: 'ANY', path: '/**' }, peer: node }),
  'approval-reveal': asked({ wanted: { mode: 'reveal', method: 'ANY', host: '', path: '/**' } }),
  'approval-helper': asked({
    client: terminal,
    wanted: { mode: 'helper', helper: 'git', method: 'ANY', host: 'github.com:443', path: '/**' },
    peer: node
  }),
  'approval-unseen': asked({
    client: { id: 'c-3', name: 'deploy\u202Egpj.tnega\u0007\u2066' },
    reason: 'Good\u0000 reason\u202E\nDeny: nothing\u200B here\u2069',
    wanted: { path: '/repos/\u05D0\u05D1/\u05D2\u05D3' }
  })
} satisfies Record<string, ApprovalState>

export { longHost, longPath }
