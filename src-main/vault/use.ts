import { createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import type { UsableAccount } from '#shared/broker/agents.ts'
import type { QuestionView } from '#shared/broker/use.ts'
import { credentialKey, refFromKey } from '#shared/credential.ts'
import { openAddress } from '../broker/relay-address.ts'
import { createSts } from '../broker/aws/sts.ts'
import { targetOf } from '../broker/parse-target.ts'
import { AwsSessions } from '../core/aws/aws-sessions.ts'
import { processKeys } from '../core/aws/process-keys.ts'
import { Emitter } from '../core/emitter.ts'
import { credentialShower } from '../core/requests/shown-credential.ts'
import { questionView, useHandlers } from '../core/requests/use-requests.ts'
import { isListedLocal } from '../core/use/access-rules.ts'
import { activityNews } from '../core/use/activity-news.ts'
import type { Question } from '../core/use/approval.ts'
import { Approvals } from '../core/use/approvals.ts'
import { Budgets } from '../core/use/budgets.ts'
import type { Client } from '../core/use/client.ts'
import { Clients } from '../core/use/clients.ts'
import { accessOf, limitsOf, noPolicy, proposalRefusal, schemeOf } from '../core/use/policy.ts'
import { decisionUnder, dryRun } from '../core/use/dry-run.ts'
import { Refusals } from '../core/use/refusals.ts'
import { Helpers } from '../core/use/helpers.ts'
import { HandOut } from '../core/use/hand-out.ts'
import { usableAccounts } from '../core/use/usable-accounts.ts'
import { Runs } from '../core/use/runs.ts'
import { Proposals } from '../core/use/proposals.ts'
import { AccountRules } from '../core/use/account-rules.ts'
import { isThere, propose } from '../core/use/propose.ts'
import { needsSignIn, SignInWishes } from '../core/use/sign-in-wishes.ts'
import { RelayTickets } from '../core/use/relay-tickets.ts'
import type { SendAnswer, SendRequest, UsePorts } from '../core/use/use-ports.ts'
import { WindowRelays } from '../core/use/window-relays.ts'
import { UseService } from '../core/use/use-service.ts'
import type { SignIns } from '../core/sign-in/sign-in-service-ports.ts'
import type { CredentialFeed } from '../core/list/credential-feed.ts'
import { meantEntries } from '../core/meant-entries.ts'
import type { ProviderDirectory } from '../core/provider-directory.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import { homeLayout } from '../home/home-layout.ts'
import { parsePolicy } from '../storage/policy/policy-file.ts'
import { policyProblems } from '../storage/policy/policy-problems.ts'
import { PolicySource } from '../storage/policy/policy-source.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import type { CredentialStore } from '../storage/store/credential-store.ts'
import {
  readAccountRules,
  readApprovals,
  readClients,
  readProposals,
  readRelays
} from '../storage/records/use-records.ts'
import { AUDIT_HEAD, readVaultKey, writeOwn } from '../storage/vault-key.ts'
import { lazyAudit } from './audit.ts'
import { presetOf, presets } from './presets.ts'
import { TrustingSender } from './trusting-sender.ts'
import type { Basis, VaultPorts, VaultUse } from './vault-ports.ts'
import { watchCredentials } from './services.ts'

type UseBasis = Basis & {
  readonly catalog: Pick<Catalog, 'preference' | 'setPreference' | 'onChange'>
  readonly store: Pick<CredentialStore, 'read' | 'put'>
  readonly tokens: TokenService
  readonly directory: Pick<ProviderDirectory, 'find'>
  readonly feed: Pick<CredentialFeed, 'summary'>
  readonly signIns: Pick<SignIns, 'list'>
}

/** The use of credentials. Nothing is opened and no file is read before the first use. */
export function vaultUse(ports: VaultPorts, basis: UseBasis): VaultUse {
  const { catalog, events, repository, store, tokens } = basis
  const layout = homeLayout(ports.config.home)
  const show = credentialShower(basis)
  const viewOf = (question: Question): QuestionView => {
    const { run } = question.wanted
    return { ...questionView(question, show), isInRun: run !== null && runs.isOpen(run) }
  }
  const policies = new PolicySource(layout.policy)
  let policy = noPolicy
  const sender = new TrustingSender()
  const cuts = new Emitter<{ cut: string }>()
  const key = once(() => readVaultKey(store, catalog))
  const derived = async (label: string): Promise<Uint8Array> =>
    Buffer.from(hkdfSync('sha256', await key(), '', `latchkey ${label}`, 32))
  const news = activityNews(ports.clock, (seq) => events.emit('activityChanged', { seq }))
  const audit = lazyAudit(layout.audit, {
    key: () => derived('audit'),
    clock: ports.clock,
    anchor: {
      read: async () => (await store.read(AUDIT_HEAD))?.value ?? null,
      write: (line) => writeOwn(store, catalog, { key: AUDIT_HEAD, value: line })
    },
    onAppended: news.changed
  })
  const keep = (name: 'approvals' | 'clients' | 'proposals') => (all: unknown) => {
    catalog.setPreference(name, all)
    news.changed(null)
  }
  const approvals = new Approvals({
    clock: ports.clock,
    newId: randomUUID,
    digest,
    read: () => readApprovals(catalog.preference('approvals')),
    write: keep('approvals'),
    onQuestions: (questions) => ports.showQuestions?.(questions.map(viewOf)),
    isRunOpen: (run) => runs.isOpen(run)
  })
  const runs = new Runs({
    newId: randomUUID,
    newSecret: () => randomBytes(32).toString('hex'),
    digest,
    onEnded: (run) => approvals.given.endRun(run)
  })
  const clients = new Clients({
    clock: ports.clock,
    newId: randomUUID,
    read: () => readClients(catalog.preference('clients')),
    write: keep('clients'),
    onRemoved: ({ id }) => cuts.emit('cut', id)
  })
  const needs = (credential: string): boolean => {
    const ref = refFromKey(credential)
    const summary = ref === null ? null : basis.feed.summary(ref)
    return summary !== null && needsSignIn(summary.status)
  }
  const proposals = new Proposals({
    clock: ports.clock,
    newId: randomUUID,
    digest,
    read: () => readProposals(catalog.preference('proposals')),
    write: keep('proposals'),
    isThere: (proposal) => isThere({ approvals, repository, needsSignIn: needs }, proposal)
  })
  const accountRules = new AccountRules({
    read: () => readAccountRules(catalog.preference(ACCOUNT_RULES)),
    write: (rules) => catalog.setPreference(ACCOUNT_RULES, rules),
    isThere: (ref) => repository.find(ref) !== null,
    meantService: (name) =>
      meantEntries(repository.list(), ({ ref }) => ref, { service: name, account: null })[0]?.ref.service ??
      name,
    isPaired: (name) => clients.list().some((client) => client.name === name)
  })
  const budgets = new Budgets(ports.clock, audit.usesSince)
  const stop = watchCredentials(
    { catalog, repository },
    {
      onReplaced: (key) => sender.cut(key),
      onRemoved: (key) => {
        approvals.revokeCredential(key)
        aws.forget(key)
        proposals.removeCredential(key)
      }
    }
  )
  const ofUse: UsePorts = {
    clock: ports.clock,
    repository,
    tokens,
    targetOf,
    rulesFor: async (entry, client) => {
      const current = await policies.current()
      policy = current.policy
      sender.trust(current)
      return accessOf(entry, presetOf(entry), policy, client.name)
    },
    budget: {
      left: (client) => budgets.left(client.id, limitsOf(policy, client.name)),
      take: (client) => budgets.take(client.id, limitsOf(policy, client.name))
    },
    schemeFor: (entry, wished) =>
      presetOf(entry) === null && wished !== undefined ? wished : schemeOf(entry, presetOf(entry)),
    approvals,
    asksInWindow: () => ports.showQuestions !== undefined,
    audit,
    refusals: new Refusals(ports.clock, (row) => audit.append(row)),
    sender,
    stopper
  }
  /** Sends by the network of the policy what no rule of a credential is for. */
  const send = async (request: Omit<SendRequest, 'isLocal'>): Promise<SendAnswer> => {
    const current = await policies.current()
    sender.trust(current)
    const { localHosts } = current.policy.network
    const isLocal = isListedLocal({ ...noRules, localHosts }, request.target)
    return await sender.send({ ...request, isLocal })
  }
  const aws = new AwsSessions({
    ...basis,
    clock: ports.clock,
    sts: createSts({ clock: ports.clock, send }),
    note: (ref) =>
      audit.note('aws-session', { client: 'vault', clientName: 'vault', credential: credentialKey(ref) })
  })
  const service = new UseService(ofUse)
  const usableBy = async (client: Client): Promise<UsableAccount[]> =>
    await usableAccounts({ ...ofUse, summaryOf: (ref) => basis.feed.summary(ref) }, client)
  const put: VaultUse['propose'] = async (wish, caller) =>
    await propose(
      {
        ...ofUse,
        proposals,
        isKnown: (id) => basis.directory.find(id) !== null,
        refusalFor: async (client, id) => proposalRefusal((await policies.current()).policy, client.name, id),
        note: (action, fields) => audit.note(action, fields)
      },
      wish,
      caller
    )
  const handOut = new HandOut({
    ...ofUse,
    presetOf,
    awsKeys: (ref, role, signal) => processKeys(aws, { ref, role, signal })
  })
  const helpers = new Helpers({
    ...ofUse,
    handOut,
    presetOf,
    digest,
    policy: async () => (await policies.current()).policy,
    current: (ref) => tokens.current(ref)
  })
  const tickets = new RelayTickets({
    clock: ports.clock,
    newTicket: () => randomBytes(32).toString('base64url'),
    digest,
    follow: (wanted, end) => approvals.given.follow(wanted, end)
  })
  const windowRelays = new WindowRelays({
    clock: ports.clock,
    handOut,
    openAddress: (opened, caller) => openAddress(service, opened, { caller, scope: null }),
    onChange: () => events.emit('relaysChanged', {})
  })
  const secretOf = (id: string): Promise<Uint8Array> => derived(`client ${id}`)
  return {
    service,
    accountRules,
    handOut,
    helpers,
    tickets,
    runs,
    sendPublic: (request) => send({ ...request, credential: null }),
    aws,
    viewOf,
    relays: { open: windowRelays, rulesFor: ofUse.rulesFor },
    mayUse: async (entry, client) => (await ofUse.rulesFor(entry, client)) !== null,
    propose: put,
    activity: { approvals, clients, proposals, audit, show },
    clients,
    usableBy,
    signInWishes: new SignInWishes({
      usableBy,
      propose: put,
      proposals,
      signIns: () => basis.signIns.list(),
      onChange: (listener) => {
        const ends = (['changed', 'activityChanged', 'signInChanged'] as const).map((name) =>
          events.on(name, listener)
        )
        return () => ends.forEach((end) => end())
      }
    }),
    secretOf,
    onCut: (listener) => void cuts.on('cut', listener),
    handlers: useHandlers({
      approvals,
      clients,
      audit,
      acceptAudit: () => audit.accept(),
      viewOf,
      policyCheck: async (text, rows) => {
        const wanted = text === null ? (await policies.current()).policy : parsePolicy(text)
        const entryOf = (key: string) =>
          repository.list().find(({ ref }) => credentialKey(ref) === key) ?? null
        const decide = decisionUnder(wanted, entryOf, (service) => presets.get(service) ?? null)
        const services = [...presets.keys(), ...repository.list().map(({ ref }) => ref.service)]
        const names = clients.list().map(({ name }) => name)
        return {
          problems: [...policyProblems(wanted, { services, clients: names })],
          ...dryRun(rows, decide)
        }
      },
      clientSecret: async (id) => Buffer.from(await secretOf(id)).toString('hex')
    }),
    goOn: () => {
      const kept = readRelays(catalog.preference(RELAYS))
      if (kept.length === 0) return
      catalog.setPreference(RELAYS, [])
      tickets.adopt(kept)
    },
    handOver: () => {
      approvals.questions.withdrawWhere(() => true)
      const kept = tickets.handOver()
      if (kept.length > 0) catalog.setPreference(RELAYS, kept)
      runs.endAll()
    },
    lock: () => {
      approvals.given.lock()
      aws.forget(null)
      sender.close()
    },
    close: async () => {
      stop()
      await windowRelays.closeAll()
      sender.close()
      await audit.close()
      news.stop()
    }
  }
}

/** Under this name the catalog holds the relays that the next vault goes on with. */
const RELAYS = 'relays'
/** And under this one the rules that choose an account. */
const ACCOUNT_RULES = 'account-rules'
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const noRules = { hosts: [], readOnly: false, rules: [], clientRules: [] } as const
/** A signal that is aborted with another one, or by its own `stop`. */
const stopper: UsePorts['stopper'] = (outer) => {
  const own = new AbortController()
  return { signal: AbortSignal.any([outer as AbortSignal, own.signal]), stop: () => own.abort() }
}

/** Calls `make` until it succeeds once, and gives that value from then on. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return async () => {
    made ??= make()
    try {
      return await made
    } catch (error) {
      made = null
      throw error
    }
  }
}
