import { describe, expect, it } from 'vitest'
import { kubectlSetup } from './kubectl.ts'
import { FakeComputer, offPath, orderOf, placeAt } from './setup.testkit.ts'

const CONFIG = '/home/ana/.kube/config'
const POLICY = '/vault/policy.yaml'
const text = `clusters:
- name: home
  cluster:
    server: https://10.0.0.1:6443
contexts:
- name: home
  context:
    cluster: home
    user: admin
- name: plain
  context:
    cluster: none
    user: admin
users:
- name: admin
  user:
    token: secret-1
`
const order = orderOf({ context: 'home', service: 'cluster' })

describe('kubectl is set up', () => {
  it('with a user of its own for the context, whose host policy.yaml then has', async () => {
    const computer = new FakeComputer({ [CONFIG]: text })
    const plan = await kubectlSetup.plan([], computer.world, order)
    expect(plan.changes.map(({ path, shown }) => [path, shown])).toEqual([
      [POLICY, ['adds services: cluster: helpers: kubectl: 10.0.0.1:6443']],
      [
        CONFIG,
        [
          'context home: user latchkey-cluster',
          'user latchkey-cluster: token from latchkey-kubectl for 10.0.0.1:6443'
        ]
      ]
    ])
    expect(plan.notes).toEqual([expect.stringContaining('The user admin stays')])
    expect(plan.hosts).toEqual(['10.0.0.1:6443'])
    computer.apply(plan)
    expect(computer.files.get(CONFIG)).toContain('command: latchkey-kubectl\n')
    expect(JSON.stringify([plan.kept, plan.notes])).not.toContain('secret-1')
  })

  it('by the full path of its program where that is not on the PATH, and for an account', async () => {
    const computer = new FakeComputer(
      { '/b': text },
      {
        program: offPath,
        environment: { KUBECONFIG: '/a:/b' }
      }
    )
    const plan = await kubectlSetup.plan([placeAt('10.0.0.1:6443', 'cluster')], computer.world, {
      ...order,
      account: 'ana'
    })
    expect(plan.changes.map(({ path }) => path)).toEqual(['/b'])
    expect(plan.changes[0]?.after).toContain('command: /opt/latchkey/bin/latchkey-kubectl.mjs\n')
    expect(plan.changes[0]?.after).toContain('- --account\n      - ana\n')
    expect(plan.changes[0]?.after).toContain('name: latchkey-cluster-ana\n')
  })

  it.each([
    ['no service', orderOf({ context: 'home' }), text, '--service SERVICE is missing'],
    ['no such context', { ...order, context: 'else' }, text, 'get-contexts'],
    ['no cluster', { ...order, context: 'plain' }, text, 'where the cluster'],
    ['a user of another', { ...order, user: 'admin' }, text, '--user NAME'],
    ['a broken file', order, 'a: [', 'can’t be changed'],
    ['no file', order, null, 'no kubeconfig yet']
  ])('not with %s', async (_name, wanted, from, sentence) => {
    const { world } = new FakeComputer(from === null ? {} : { [CONFIG]: from })
    await expect(kubectlSetup.plan([], world, wanted)).rejects.toThrow(sentence)
  })
})

it('is taken back exactly, also after it was set up twice', async () => {
  const before = { [CONFIG]: text, [POLICY]: '# mine\nversion: 1\n' }
  const computer = new FakeComputer(before)
  const first = await kubectlSetup.plan([], computer.world, order)
  computer.apply(first)
  const second = await kubectlSetup.plan([], computer.world, { ...order, former: first.kept })
  computer.apply(second)
  computer.apply(await kubectlSetup.undo(JSON.parse(JSON.stringify(second.kept)), computer.world, orderOf()))
  expect(Object.fromEntries(computer.files)).toEqual(before)
})

it('has nothing to take back where it was not set up, or is gone already', async () => {
  const computer = new FakeComputer({ [CONFIG]: text })
  expect((await kubectlSetup.undo(null, computer.world, orderOf())).changes).toEqual([])
  const { kept } = await kubectlSetup.plan([], computer.world, order)
  expect((await kubectlSetup.undo(kept, computer.world, orderOf())).changes).toEqual([])
  expect((await kubectlSetup.undo(kept, new FakeComputer({}).world, orderOf())).changes).toEqual([])
})
