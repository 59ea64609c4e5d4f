import { describe, expect, it } from 'vitest'
import { dockerSetup } from './docker.ts'
import { FakeComputer, offPath, orderOf, placeAt } from './setup.testkit.ts'

const CONFIG = '/home/ana/.docker/config.json'
const POLICY = '/vault/policy.yaml'
const places = [
  placeAt('ghcr.io'),
  placeAt('registry.gitlab.com', 'gitlab'),
  placeAt('ghcr.io', 'github-token')
]

describe('docker is set up', () => {
  it('for every registry that Latchkey has something for, each once', async () => {
    const plan = await dockerSetup.plan(places, new FakeComputer({}).world, orderOf())
    expect(plan.changes).toEqual([
      {
        path: CONFIG,
        before: null,
        after: expect.any(String),
        shown: ['credHelpers: ghcr.io: latchkey', 'credHelpers: registry.gitlab.com: latchkey'],
        marks: ['ghcr.io:latchkey', 'registry.gitlab.com:latchkey']
      }
    ])
    expect(plan.notes).toEqual([])
    expect(plan.hosts).toEqual(['ghcr.io', 'registry.gitlab.com'])
  })

  it('in the folder of DOCKER_CONFIG, for the registry that was named', async () => {
    const { world } = new FakeComputer({}, { environment: { DOCKER_CONFIG: '/else' } })
    const plan = await dockerSetup.plan(places, world, orderOf({ hosts: ['https://GHCR.io/'] }))
    expect(plan.changes.map(({ path, shown }) => [path, shown])).toEqual([
      ['/else/config.json', ['credHelpers: ghcr.io: latchkey']]
    ])
  })

  it('for a registry of a service that is named, whose host policy.yaml then has', async () => {
    const computer = new FakeComputer({})
    const order = orderOf({ hosts: ['registry.acme.example:5000'], service: 'acme' })
    const plan = await dockerSetup.plan([], computer.world, order)
    computer.apply(plan)
    expect(computer.files.get(POLICY)).toBe(
      'version: 1\nservices:\n  acme:\n    helpers:\n      docker: [registry.acme.example:5000]\n'
    )
    expect(plan.changes[0]?.shown).toEqual([
      'adds services: acme: helpers: docker: registry.acme.example:5000'
    ])
  })

  it.each([
    ['nothing is known', {}, 'Latchkey has nothing for a registry'],
    ['a registry of no service', { hosts: ['acme.example'] }, '--service SERVICE'],
    ['a host that is none', { hosts: ['a b'], service: 'acme' }, 'A host is written as']
  ])('not where %s', async (_name, named, sentence) => {
    const { world } = new FakeComputer({})
    await expect(dockerSetup.plan([], world, orderOf(named))).rejects.toThrow(sentence)
  })

  it('not where its file or policy.yaml can not be changed', async () => {
    const broken = new FakeComputer({ [CONFIG]: '{"auths": secret-1' })
    await expect(dockerSetup.plan(places, broken.world, orderOf())).rejects.toThrow('can’t be changed')
    const policy = new FakeComputer({ [POLICY]: 'a: [' })
    const order = orderOf({ hosts: ['a.example'], service: 'acme' })
    await expect(dockerSetup.plan([], policy.world, order)).rejects.toThrow('“latchkey policy” says')
  })
})

it('says where else a login may be, and shows none', async () => {
  const auths = { auths: { 'ghcr.io': { auth: 'c2VjcmV0LTE=' } } }
  const { world } = new FakeComputer(
    {
      [CONFIG]: JSON.stringify({ ...auths, credsStore: 'desktop', credHelpers: { 'ghcr.io': 'pass' } }),
      '/home/ana/.config/containers/auth.json': JSON.stringify(auths),
      '/run/user/1/containers/auth.json': 'broken'
    },
    { program: offPath, environment: { XDG_RUNTIME_DIR: '/run/user/1' } }
  )
  const plan = await dockerSetup.plan(places, world, orderOf({ hosts: ['ghcr.io'] }))
  expect(plan.notes).toEqual([
    expect.stringContaining('~/.docker/config.json still holds a login for ghcr.io. “docker logout ghcr.io”'),
    expect.stringContaining('the helper “pass”'),
    expect.stringContaining('The store “desktop”'),
    expect.stringContaining('“podman logout ghcr.io”'),
    expect.stringContaining('ln -s /opt/latchkey/bin/docker-credential-latchkey.mjs')
  ])
  const { changes, kept, notes } = plan
  expect(JSON.stringify([notes, changes.map(({ shown }) => shown), kept])).not.toContain('c2VjcmV0')
})

it('is taken back exactly, after two setups', async () => {
  const before = { [CONFIG]: '{"credHelpers":{"ghcr.io":"pass"},"a":1}', [POLICY]: '# mine\nversion: 1\n' }
  const computer = new FakeComputer(before)
  const first = await dockerSetup.plan(places, computer.world, orderOf({ hosts: ['ghcr.io'] }))
  computer.apply(first)
  const order = orderOf({ hosts: ['b.example'], service: 'acme', former: first.kept })
  const second = await dockerSetup.plan(places, computer.world, order)
  computer.apply(second)
  expect(computer.files.get(CONFIG)).toContain('"b.example":"latchkey"')
  const undo = await dockerSetup.undo(JSON.parse(JSON.stringify(second.kept)), computer.world, orderOf())
  expect(undo.changes.flatMap(({ shown }) => shown)).toEqual([
    'removes services: acme: helpers: docker: b.example',
    'credHelpers: ghcr.io: pass',
    'credHelpers: b.example: none'
  ])
  computer.apply(undo)
  expect(Object.fromEntries(computer.files)).toEqual(before)
})

it('leaves no file where there was none, but one in which docker has written since', async () => {
  const computer = new FakeComputer({})
  const { changes, kept } = await dockerSetup.plan(places, computer.world, orderOf())
  computer.apply({ changes })
  const after = async () => (await dockerSetup.undo(kept, computer.world, orderOf())).changes[0]?.after
  expect(await after()).toBeNull()
  const config = JSON.parse(computer.files.get(CONFIG) ?? '')
  computer.files.set(CONFIG, JSON.stringify({ ...config, currentContext: 'colima' }))
  expect(await after()).toBe('{"currentContext":"colima"}')
})

it('has nothing to take back where it was not set up', async () => {
  const { world } = new FakeComputer({ [CONFIG]: '{"credHelpers":{"ghcr.io":"pass"}}' })
  expect(await dockerSetup.undo(null, world, orderOf())).toEqual({ changes: [], notes: [], kept: null })
  expect((await dockerSetup.undo(null, new FakeComputer({}).world, orderOf())).changes).toEqual([])
})
