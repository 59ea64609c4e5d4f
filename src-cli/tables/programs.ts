import type { ServeCommandPorts } from '../commands/use/serve.ts'
import type { ApprovalsCommandPorts } from '../commands/programs/approvals.ts'
import type { AuditCommandPorts } from '../commands/programs/audit.ts'
import type { ExplainCommandPorts } from '../commands/programs/explain.ts'
import type { PolicyCommandPorts } from '../commands/programs/policy.ts'
import type { PairCommandPorts } from '../commands/programs/pair.ts'
import type { ProposeCommandPorts } from '../commands/programs/propose.ts'
import type { CommandRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type ProgramCommandPorts = ServeCommandPorts &
  ApprovalsCommandPorts &
  AuditCommandPorts &
  ExplainCommandPorts &
  PolicyCommandPorts &
  PairCommandPorts &
  ProposeCommandPorts

/** Those of a row of the log. */
const auditFields =
  'seq at kind of client clientName peer credential shown action method host path status code reason redacted bytes'
/** Those of a verdict that a row has not, too. */
const verdictFields = 'to why soundTo anchoredTo accepted head'

/** The commands about the programs that use credentials. */
export const programCommands: readonly CommandRow<ProgramCommandPorts>[] = [
  {
    name: 'approvals',
    topic: 'Use without seeing',
    summary: 'answer what programs ask for, list and revoke what you allowed',
    forms: ['approvals', 'approvals --list [--json FIELDS]', 'approvals --revoke | --accept | --dismiss ID'],
    options: [
      { name: 'list', text: 'list the questions and proposals that wait, and what is allowed' },
      { name: 'revoke', value: 'ID', text: 'end an approval, and what runs with it' },
      {
        name: 'accept',
        value: 'ID',
        text: 'accept a proposal: a rule becomes an approval, a sign-in begins at this terminal'
      },
      { name: 'dismiss', value: 'ID', text: 'take a proposal off the list' },
      json(['approvals', 'questions', 'proposals'], 'the lists as JSON')
    ],
    about: [
      'Asks you the questions of programs that wait for an answer, one after the other, then what they propose.'
    ],
    exitCodes: '0 done, 1 listed and something waits, or no such proposal, 75 no terminal answered',
    opensNothing: true,
    load: async () => (await import('../commands/programs/approvals.ts')).approvalsCommand
  },
  {
    name: 'propose',
    topic: 'Use without seeing',
    summary: 'propose a service, a scope or a rule to the person',
    forms: [
      'propose service SERVICE [--reason TEXT] [--json FIELDS]',
      'propose scope SERVICE SCOPE [--account ACCOUNT] [--reason TEXT] [--json FIELDS]',
      'propose rule SERVICE “METHOD PATH” [--account ACCOUNT] [--scope SCOPE] [--reason TEXT]'
    ],
    positionals: {
      least: 2,
      most: 3,
      names: ['KIND', 'SERVICE', 'WHAT'],
      values: ['service', 'scope', 'rule']
    },
    options: [
      { name: 'account', value: 'ACCOUNT', text: 'which account, if the service has several' },
      { name: 'scope', value: 'SCOPE', text: 'of a rule: for requests that name this scope' },
      { name: 'reason', value: 'TEXT', text: 'why, for the person who decides' },
      json(['state', 'id', 'until'], 'what became of it as JSON')
    ],
    about: [
      'Asks the person to add a credential, to allow a sign-in one more scope, or to allow requests for always. A rule is written as in policy.yaml: “GET,HEAD /repos/**”. Nothing is allowed until the person accepts it, in Latchkey’s window or with “latchkey approvals”; it waits for a day. Prints its ID.'
    ],
    exitCodes: '0 accepted already, 75 it waits, 77 too many wait or the person dismissed it',
    opensNothing: true,
    load: async () => (await import('../commands/programs/propose.ts')).proposeCommand
  },
  {
    name: 'pair',
    topic: 'Use without seeing',
    summary: 'give a program a name, a key and limits of its own',
    forms: ['pair NAME --key-file FILE', 'pair --list [--json FIELDS]', 'pair --remove NAME'],
    positionals: { least: 0, most: 1, names: ['NAME'] },
    options: [
      { name: 'key-file', value: 'FILE', text: 'where the program’s key is written, for its owner alone' },
      { name: 'list', text: 'list the paired programs' },
      { name: 'remove', text: 'end the access of the program and everything it was allowed' },
      json(['id', 'name', 'pairedAt', 'lastSeenAt'], 'the list as JSON')
    ],
    about: [
      'A paired program asks under its own name, has budgets and rules of its own in policy.yaml, and can be switched off.',
      'Pairing is no wall against a program of the same user outside a sandbox: such a program can read the key file and ask under that name. It separates programs that play by the rules.'
    ],
    exitCodes: '0 done',
    opensNothing: true,
    load: async () => (await import('../commands/programs/pair.ts')).pairCommand
  },
  {
    name: 'policy',
    topic: 'Use without seeing',
    summary: 'check your rules, and try others on what was asked so far',
    forms: ['policy [--dry-run FILE] [--limit NUMBER] [--json FIELDS]'],
    options: [
      { name: 'dry-run', value: 'FILE', text: 'check this file in place of policy.yaml; nothing is changed' },
      {
        name: 'limit',
        value: 'NUMBER',
        text: 'how many of the newest rows of the log; default: 1000'
      },
      json(['problems', 'compared', 'unknown', 'changes'])
    ],
    about: [
      'Says what is wrong with policy.yaml, and which requests of programs it would decide otherwise than they were decided.'
    ],
    exitCodes: '0 valid, 1 valid with names that match nothing',
    opensNothing: true,
    load: async () => (await import('../commands/programs/policy.ts')).policyCommand
  },
  {
    name: 'audit',
    topic: 'Use without seeing',
    summary: 'show what programs did, and check that no row was changed',
    forms: [
      'audit [list] [--limit NUMBER] [--json FIELDS]',
      'audit verify [--anchor LINE|FILE] [--json FIELDS]',
      'audit accept [--json FIELDS]'
    ],
    positionals: { least: 0, most: 1, names: ['WHAT'], values: ['list', 'verify', 'accept'] },
    options: [
      { name: 'limit', value: 'NUMBER', text: 'how many rows, the newest first; default: 50' },
      { name: 'anchor', value: 'LINE', text: 'the line that an earlier verify printed, or a file with it' },
      json([...auditFields.split(' '), ...verdictFields.split(' ')], 'the rows, or the verdict, as JSON')
    ],
    about: [
      'Every use of a credential is written down before it happens, and how it ended after it. No secret, query or body is written.',
      'verify follows the chain of rows. Keep the line that it prints somewhere else: with it a later verify sees whether rows were cut off or all rewritten.',
      'accept lets a log go on that lost rows: a row says so, and verify shows it.'
    ],
    exitCodes: '0 listed, or verified to the anchor, 1 there is no anchor, 2 rows were changed',
    opensNothing: true,
    load: async () => (await import('../commands/programs/audit.ts')).auditCommand
  },
  {
    name: 'explain',
    topic: 'Use without seeing',
    summary: 'say why a use was refused, or how it ended',
    forms: ['explain [NUMBER] [--json FIELDS]'],
    positionals: { least: 0, most: 1, names: ['NUMBER'] },
    options: [json(['row', 'outcome'], 'the row and the row of its end as JSON')],
    about: [
      'Says of one row of the log what was asked, how it ended, why, and which process asked. “latchkey audit” shows the numbers. Without NUMBER it explains the newest refusal.'
    ],
    exitCodes: '0 explained, 1 there is no such row',
    opensNothing: true,
    load: async () => (await import('../commands/programs/explain.ts')).explainCommand
  },
  {
    name: 'serve',
    topic: 'Use without seeing',
    summary: 'run the vault without a window',
    forms: ['serve [--start]'],
    options: [{ name: 'start', text: 'start it in the background if none runs, and return when it answers' }],
    about: [
      'Opens the vault for other programs until no program has used it for a while. Commands start it automatically, so it is seldom typed; the app has the same socket while it runs.'
    ],
    exitCodes: '0 ended, or another process has the vault open',
    load: async () => (await import('../commands/use/serve.ts')).serveCommand
  }
]
