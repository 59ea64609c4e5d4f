import { describe, expect, it } from 'vitest'
import { targetOf } from '../../src-main/broker/parse-target.ts'
import { type AccessRule, type AccessRules, decideAccess } from '../../src-main/core/use/access-rules.ts'
import { seededRandom } from '../crash/seeded-random.ts'
import { pick, type Random } from '../fault/oauth-input.ts'
import { upTo } from './grammars/trials.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 400_000 : 100_000
const seed = Number(process.env['LATCHKEY_GRAMMAR_SEED'] ?? 20_261_130)

const names = ['a', 'b', 'admin', 'keys', '%61dmin', 'a.b', '%C3%A9', 'x;v=1', '', ';']
const odd = ['..', '.', '%2e%2e', '..;x', '%25', '%252f', '%5c', '\\', '%00', '%zz', '%c0%af', '%']

/** A path whose separators are slashes, plain or encoded; every sixth has a part that is always refused. */
function anyPath(random: Random): string {
  let path = ''
  for (let left = 1 + upTo(random, 4); left > 0; left -= 1) {
    const part = random() < 0.04 ? pick(random, odd) : pick(random, names)
    path += (path === '' ? '/' : pick(random, ['/', '/', '%2f', '%2F'])) + part
  }
  return path
}

const globs = ['*', '**', 'a', 'admin', 'keys', 'a*', '*d*', 'é', 'a.b']
const anyRule = (random: Random): AccessRule => ({
  effect: random() < 0.7 ? 'deny' : 'allow',
  hosts: [],
  methods: 'any',
  path: Array.from({ length: 1 + upTo(random, 3) }, () => `/${pick(random, globs)}`).join('')
})

/** How two kinds of servers take a path apart: before they decode it, and after. */
const servers = {
  'that takes a path apart first': (path: string) => path.slice(1).split('/').map(decodeURIComponent),
  'that decodes a path first': (path: string) => decodeURIComponent(path).slice(1).split('/')
}

/** True if a glob stands for these segments; every way to share out the wildcards is tried. */
function stands(glob: readonly string[], segments: readonly string[]): boolean {
  const [first, ...rest] = glob
  if (first === undefined) return segments.length === 0
  if (first === '**') return [...segments, ''].some((_, taken) => stands(rest, segments.slice(taken)))
  const [segment, ...others] = segments
  if (segment === undefined || segment === '') return false
  const pattern = first
    .split('*')
    .map((text) => text.replace('.', '\\.'))
    .join('.*')
  return new RegExp(`^${pattern}$`, 'su').test(segment) && stands(rest, others)
}

const covers = ({ path }: AccessRule, segments: readonly string[]): boolean =>
  stands(path.slice(1).split('/'), segments)

describe(`among ${count.toLocaleString('en')} generated paths`, { timeout: 900_000 }, () => {
  it('none is allowed that a deny rule forbids in the eyes of one server or the other', () => {
    const seen = { slash: 0, denied: 0, faults: 0 }
    for (let index = 0; index < count; index += 1) {
      const random = seededRandom(seed + index)
      const path = anyPath(random)
      const rules = Array.from({ length: 1 + upTo(random, 2) }, () => anyRule(random))
      const access: AccessRules = {
        hosts: ['api.example'],
        localHosts: [],
        readOnly: false,
        encodedSlash: true,
        rules,
        clientRules: []
      }
      const result = targetOf(`https://api.example${path}`)
      if (result.kind === 'fault') {
        seen.faults += 1
        continue
      }
      const { target } = result
      const wrong: unknown[] = target.path === path ? [] : ['another path', target.path]
      const hasSlash = /%2f/i.test(path)
      const { encodedSlash: _none, ...plain } = access
      if (hasSlash && decideAccess(plain, 'GET', target).kind !== 'refused') wrong.push('an encoded slash')
      if (decideAccess(access, 'GET', target).kind === 'refused') {
        expect(wrong, path).toEqual([])
        seen.denied += 1
        continue
      }
      if (hasSlash) seen.slash += 1
      for (const [name, read] of Object.entries(servers)) {
        const segments = read(path)
        const forbidding = rules.filter((rule) => rule.effect === 'deny' && covers(rule, segments))
        if (forbidding.length > 0) wrong.push(name, forbidding)
        if (segments.some((segment) => /^\.{1,2}(?:;|$)/.test(segment))) wrong.push(name, 'dots')
        if (path !== '/' && segments[0] === '') wrong.push(name, 'an empty first segment')
      }
      const allows = rules.filter(({ effect }) => effect === 'allow')
      const first = servers['that takes a path apart first'](path)
      if (allows.length > 0 && !allows.some((rule) => covers(rule, first))) wrong.push('no rule allows it')
      expect(wrong, path).toEqual([])
    }
    expect(Math.min(seen.slash, seen.denied, seen.faults * 2)).toBeGreaterThan(count / 20)
  })

  it('none with an encoded percent sign, dot or backslash is read at all', () => {
    for (let index = 0; index < count / 10; index += 1) {
      const random = seededRandom(seed - index)
      const path =
        anyPath(random) + pick(random, ['%25', '%2e', '%2E', '%5c', '%5C', '%252f', '/..', '%2f..'])
      expect(targetOf(`https://api.example${path}`).kind, path).toBe('fault')
    }
  })
})
