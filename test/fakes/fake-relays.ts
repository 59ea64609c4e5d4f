import type { CredentialSummary } from '#shared/credential.ts'
import type { RelayRequestPorts } from '../../src-main/core/requests/relay-requests.ts'
import type { CatalogEntry } from '../../src-main/core/credential-record.ts'
import { relayed } from '../../src-main/core/use/approval.ts'
import { WindowRelays } from '../../src-main/core/use/window-relays.ts'

type Ports = {
  readonly find: (id: string) => CredentialSummary
  readonly tell: () => void
}

/** The hosts of some services, beside those that a key has of its own. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  github: ['api.github.com', 'uploads.github.com'],
  google: ['www.googleapis.com', 'gmail.googleapis.com', 'openidconnect.googleapis.com'],
  linear: ['api.linear.app'],
  openai: ['api.openai.com'],
  sentry: ['sentry.io']
}
/** The service whose programs are known to read variables. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  openai: ['OPENAI_BASE_URL', 'OPENAI_API_KEY']
}

/** The real relays of the window over addresses that nobody answers at. */
export function fakeRelays({ find, tell }: Ports): RelayRequestPorts['relays'] & {
  /** Ends what is open, as a lock does. */
  readonly end: () => void
} {
  const ends = new Set<() => void>()
  let port = 43_120
  const hostsOf = (service: string, account: string): readonly string[] => {
    const { allowedHosts } = find(JSON.stringify([service, account]))
    return [...allowedHosts, ...(HOSTS[service] ?? [])]
  }
  const open = new WindowRelays({
    clock: {
      now: () => new Date(),
      after: (ms, ring) => {
        const timer = setTimeout(ring, ms)
        return () => clearTimeout(timer)
      }
    },
    handOut: {
      openRelay: async ({ service, account, host }) => {
        const [first = ''] = hostsOf(service, account ?? '')
        const { promise, resolve } = Promise.withResolvers<void>()
        ends.add(resolve)
        const [at, credential] = [`${host ?? first}:443`, JSON.stringify([service, account])]
        return {
          kind: 'opened',
          entry: { ref: { service, account: account ?? '' } } as CatalogEntry,
          host: at,
          wanted: { run: null, ...relayed, client: 'window', credential, scope: null, host: at },
          preset: null,
          ended: promise,
          closed: async () => void ends.delete(resolve)
        }
      }
    },
    openAddress: async ({ entry }) => {
      const url = `http://127.0.0.1:${String((port += 1))}/${'random-part-'.repeat(4).slice(0, 43)}`
      const names = VARIABLES[entry.ref.service] ?? []
      return { url, variables: names.map((name) => ({ name, value: url })), close: () => undefined }
    },
    onChange: tell
  })
  return {
    open,
    rulesFor: ({ ref: { service, account } }) => ({
      hosts: hostsOf(service, account),
      localHosts: [],
      readOnly: false,
      rules: [],
      clientRules: []
    }),
    end: () => {
      for (const end of ends) end()
    }
  }
}
