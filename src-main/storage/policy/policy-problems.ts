import type { AccessRule } from '../../core/use/access-rules.ts'
import { ownNames } from '../../core/use/client.ts'
import type { Policy } from '../../core/use/policy.ts'

/**
 * Returns a sentence for each name in a policy that matches nothing, and for each allow rule of a client that
 * allows nothing because its service allows no such request. `services`: those that the vault knows; `clients`:
 * names of the paired clients. The clients `terminal` and `window` are always known.
 */
export function policyProblems(
  policy: Policy,
  known: { readonly services: readonly string[]; readonly clients: readonly string[] }
): readonly string[] {
  const unknownServices = (place: string, names: Iterable<string>): readonly string[] =>
    [...names]
      .filter((name) => !known.services.includes(name))
      .map((name) => `policy.yaml: ${place}.${name} matches no service that is known here.`)
  const unknownClients = [...policy.clients.keys()]
    .filter((name) => !ownNames.includes(name) && !known.clients.includes(name))
    .map((name) => `policy.yaml: clients.${name} matches no program that is paired.`)
  const ofClients = [...policy.clients].flatMap(([name, { services }]) =>
    unknownServices(`clients.${name}.services`, services?.keys() ?? [])
  )
  const ofServices = unknownServices('services', policy.services.keys())
  return [...ofServices, ...unknownClients, ...ofClients, ...idleRules(policy)]
}

function idleRules({ clients, services }: Policy): readonly string[] {
  return [...clients].flatMap(([client, { services: own }]) =>
    [...(own ?? [])].flatMap(([service, { rules }]) => {
      const wide = allowsOf(services.get(service)?.rules ?? [])
      if (wide.length === 0) return []
      return allowsOf(rules).flatMap((rule, index) => {
        if (wide.some((other) => doMeet(rule, other))) return []
        const place = `clients.${client}.services.${service}.allow, entry ${index + 1},`
        return [`policy.yaml: ${place} allows nothing, because services.${service} allows no such request.`]
      })
    })
  )
}

const allowsOf = (rules: readonly AccessRule[]): readonly AccessRule[] =>
  rules.filter(({ effect }) => effect === 'allow')

/** True if there can be a request that both rules cover. */
function doMeet(one: AccessRule, other: AccessRule): boolean {
  const methods =
    one.methods === 'any' ||
    other.methods === 'any' ||
    one.methods.some((name) => other.methods.includes(name))
  const hosts =
    one.hosts.length === 0 ||
    other.hosts.length === 0 ||
    one.hosts.some((host) => other.hosts.some((further) => isSameHost(host, further)))
  const [path, otherPath] = [one.path.split('/'), other.path.split('/')]
  return methods && hosts && doGlobsMeet(path, otherPath, { any: '**', fits: doSegmentsMeet })
}

/** An entry without a port is for every port. */
function isSameHost(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}:`) || other.startsWith(`${one}:`)
}

function doSegmentsMeet(one: string, other: string): boolean {
  // A `*` alone stands for a segment that is not empty.
  if (one === '' || other === '') return one === other
  return doGlobsMeet(Array.from(one), Array.from(other), { any: '*', fits: (a, b) => a === b })
}

type Parts = { readonly any: string; readonly fits: (one: string, other: string) => boolean }

/** True if some text fits both patterns. From the ends to the beginnings, so the work is the product of the lengths. */
function doGlobsMeet(one: readonly string[], other: readonly string[], { any, fits }: Parts): boolean {
  const width = other.length + 1
  const meets: boolean[] = []
  const from = (at: number, to: number): boolean => meets[at * width + to] === true
  for (let at = one.length; at >= 0; at -= 1) {
    for (let to = other.length; to >= 0; to -= 1) {
      const [left, right] = [one[at], other[to]]
      meets[at * width + to] =
        (left === undefined && right === undefined) ||
        (left === any && (from(at + 1, to) || (right !== undefined && from(at, to + 1)))) ||
        (right === any && (from(at, to + 1) || (left !== undefined && from(at + 1, to)))) ||
        (left !== undefined && right !== undefined && fits(left, right) && from(at + 1, to + 1))
    }
  }
  return from(0, 0)
}
