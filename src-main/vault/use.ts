import { createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import type { QuestionView } from '#shared/broker/use.ts'
import { credentialKey } from '#shared/credential.ts'
import { openAddress } from '../broker/relay-address.ts'
import { HttpsSender } from '../broker/https-sender.ts'
import { targetOf } from '../broker/parse-target.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import { Emitter } from '../core/emitter.ts'
import { credentialShower } from '../core/requests/shown-credential.ts'
import { questionView, useHandlers } from '../core/requests/use-requests.ts'
import { isListedLocal } from '../core/use/access-rules.ts'
import { activityNews } from '../core/use/activity-news.ts'
import { Approvals, type Question } from '../core/use/approvals.ts'
import { Budgets } from '../core/use/budgets.ts'
import { Clients } from '../core/use/clients.ts'
import { accessOf, limitsOf, noPolicy, schemeOf } from '../core/use/policy.ts'
import { decisionUnder, dryRun } from '../core/use/dry-run.ts'
import { Refusals } from '../core/use/refusals.ts'
import { HandOut } from '../core/use/hand-out.ts'
import { Runs } from '../core/use/runs.ts'
import { Proposals } from '../core/use/proposals.ts'
import { isThere, propose } from '../core/use/propose.ts'
import { RelayTickets } from '../core/use/relay-tickets.ts'
import type { SendAnswer, Sender, SendRequest, UsePorts } from '../core/use/use-ports.ts'
import { WindowRelays } from '../core/use/window-relays.ts'
import { UseService } from '../core/use/use-service.ts'
import type { ProviderDirectory } from '../core/provider-directory.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import { homeLayout } from '../home/home-layout.ts'
import { accessPresets } from '../oauth/provider-rows/access-presets.ts'
import { parsePolicy } from '../storage/policy/policy-file.ts'
import { policyProblems } from '../storage/policy/policy-problems.ts'
import { PolicySource, type ReadPolicy } from '../storage/policy/policy-source.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import type { CredentialStore } from '../storage/store/credential-store.ts'
import { readApprovals, readClients, readProposals, readRelays } from '../storage/records/use-records.ts'
import { AUDIT_HEAD, readVaultKey, writeOwn } from '../storage/vault-key.ts'
import { lazyAudit } from './audit.ts'
import type { Basis, VaultPorts, VaultUse } from './vault-ports.ts'

type UseBasis = Basis & {
  readonly catalog: Pick<Catalog, 'preference' | 'setPreference' | 'onChange'>
  readonly store: Pick<CredentialStore, 'read' | 'put'>
  readonly tokens: TokenService
  readonly directory: Pick<ProviderDirectory, 'find'>
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
    onEnded: (run) => approvals.endRun(run)
  })
  const clients = new Clients({
    clock: ports.clock,
    newId: randomUUID,
    read: () => readClients(catalog.preference('clients')),
    write: keep('clients'),
    onRemoved: ({ id }) => cuts.emit('cut', id)
  })
  const proposals = new Proposals({
    clock: ports.clock,
    newId: randomUUID,
    digest,
    read: () => readProposals(catalog.preference('proposals')),
    write: keep('proposals'),
    isThere: (proposal) => isThere({ approvals, repository }, proposal)
  })
  const budgets = new Budgets(ports.clock, audit.usesSince)
  const keysInUse = new Map(repository.list().map((entry) => [credentialKey(entry.ref), keyMark(entry)]))
  const stop = catalog.onChange((ref) => {
    if (ref === null) return
    const [key, entry] = [credentialKey(ref), repository.find(ref)]
    const [before, now] = [keysInUse.get(key) ?? null, entry === null ? null : keyMark(entry)]
    keysInUse.set(key, now)
    // A credential that was removed is used no longer, not even by what is under way; nor is a key that was exchanged.
    if (entry === null || before !== now) sender.cut(key)
    if (entry !== null) return
    approvals.revokeCredential(key)
    proposals.removeCredential(key)
  })
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
  const service = new UseService(ofUse)
  const handOut = new HandOut({ ...ofUse, presetOf })
  const tickets = new RelayTickets({
    clock: ports.clock,
    newTicket: () => randomBytes(32).toString('base64url'),
    digest,
    follow: (wanted, end) => approvals.follow(wanted, end)
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
    handOut,
    tickets,
    runs,
    sendPublic: async (request) => {
      const current = await policies.current()
      sender.trust(current)
      const { localHosts } = current.policy.network
      const isLocal = isListedLocal({ ...noRules, localHosts }, request.target)
      return await sender.send({ ...request, isLocal, credential: null })
    },
    viewOf,
    relays: { open: windowRelays, rulesFor: ofUse.rulesFor },
    propose: async (wish, caller) =>
      await propose(
        {
          ...ofUse,
          proposals,
          isKnown: (service) => basis.directory.find(service) !== null,
          note: (action, fields) => audit.note(action, fields)
        },
        wish,
        caller
      ),
    activity: { approvals, clients, proposals, audit, show },
    clients,
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
      approvals.questions().forEach(({ id }) => approvals.withdraw(id))
      const kept = tickets.handOver()
      if (kept.length > 0) catalog.setPreference(RELAYS, kept)
      runs.endAll()
    },
    lock: () => {
      approvals.lock()
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
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const presets = new Map(accessPresets.map((preset) => [preset.service, preset]))
const noRules = { hosts: [], readOnly: false, rules: [], clientRules: [] } as const
/** Changes when another API key takes the place of the one in use. Null: tokens change by themselves. */
const keyMark = ({ kind, masked, obtainedAt }: CatalogEntry): string | null =>
  kind === 'api-key' ? `${obtainedAt.toISOString()} ${masked}` : null

/** A signal that is aborted with another one, or by its own `stop`. */
const stopper: UsePorts['stopper'] = (outer) => {
  const own = new AbortController()
  return { signal: AbortSignal.any([outer as AbortSignal, own.signal]), stop: () => own.abort() }
}

const presetOf = ({ ref }: CatalogEntry) => presets.get(ref.service) ?? null

/** A sender that is made at its first use, and anew when the rules of the network change. */
class TrustingSender implements Sender {
  #rules: ReadPolicy | null = null
  #trusted = ''
  #sender: HttpsSender | null = null

  /** Connections that were made under other rules of the network are closed. */
  trust(rules: ReadPolicy): void {
    if (rules === this.#rules) return
    const trusted = JSON.stringify([rules.authorities, rules.policy.network])
    this.#rules = rules
    if (trusted === this.#trusted) return
    this.close()
    this.#trusted = trusted
  }

  async send(request: SendRequest): Promise<SendAnswer> {
    this.#sender ??= new HttpsSender({
      ...(this.#rules && { ca: this.#rules.authorities, proxy: this.#rules.policy.network })
    })
    return await this.#sender.send(request)
  }

  cut(credential: string): void {
    this.#sender?.cut(credential)
  }

  close(): void {
    this.#sender?.close()
    this.#sender = null
  }
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
