import type { HelperPlaces } from '#shared/broker/helpers.ts'
import type { SetupOrder, SetupPlan, SetupWorld } from './setup-plan.ts'

/** A computer in memory: its files by their paths. */
export class FakeComputer {
  readonly files: Map<string, string>
  readonly world: SetupWorld

  constructor(files: Readonly<Record<string, string>>, change: Partial<SetupWorld> = {}) {
    this.files = new Map(Object.entries(files))
    this.world = {
      read: (path) => this.files.get(path) ?? null,
      environment: {},
      home: '/home/ana',
      program: (name) => ({ ...offPath(name), onPath: true, found: `/usr/bin/${name}` }),
      ...change
    }
  }

  /** Writes what a plan changes. */
  apply({ changes }: Pick<SetupPlan, 'changes'>): void {
    for (const { after, path } of changes) this.files.set(path, after ?? '')
  }
}

/** The programs of Latchkey are not on the PATH. */
export const offPath: SetupWorld['program'] = (name) => ({
  onPath: false,
  path: `/opt/latchkey/bin/${name}.mjs`,
  found: `/opt/latchkey/bin/${name}.mjs`
})

/** A place where a helper would be given a credential. */
export const placeAt = (host: string, service = 'github'): HelperPlaces[number] => ({
  host,
  service,
  account: 'ana',
  user: 'ana',
  isAllowed: false
})

/** What the person named; nothing else. */
export const orderOf = (named: Partial<SetupOrder> = {}): SetupOrder => ({
  hosts: [],
  service: null,
  account: null,
  context: null,
  user: null,
  profile: null,
  former: null,
  vaultHome: '/vault',
  ...named
})
