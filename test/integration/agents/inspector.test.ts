import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspector } from '../../support/inspector.ts'
import { UseWorld } from '../../support/use-world.ts'

const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2'
const found = await inspector()

if (found === null) it.skip('the MCP inspector is not here: npm does not reach its registry', () => undefined)
else {
  let world: UseWorld
  beforeAll(async () => {
    world = await UseWorld.start({ keys: { STRIPE_API_KEY: KEY }, services: ['stripe'] })
    await world.allow('stripe')
  })
  afterAll(async () => {
    found.end()
    await world.end()
  })

  describe.each(['legacy', 'modern'] as const)('the MCP inspector, in the %s protocol', (era) => {
    const ask = (...args: readonly string[]) => found.ask(era, world.env, ...args)

    it('knows the server', async () => {
      const { code, out } = await ask('--method', 'initialize')
      expect(code).toBe(0)
      expect(out).toContain('"name":"latchkey"')
    })

    it('finds nothing to complain about in the schemas of the tools', async () => {
      const { code, out, errors } = await ask('--method', 'tools/list', '--strict')
      expect(code).toBe(0)
      expect(errors).not.toMatch(/Warning|Error/)
      const { result } = JSON.parse(out) as {
        readonly result: { readonly tools: readonly { readonly name: string }[] }
      }
      expect(result.tools.map(({ name }) => name)).toEqual([
        'list_accounts',
        'http_request',
        'run_tool',
        'request_access',
        'propose',
        'sign_in'
      ])
    })

    it('calls tools, and is told of a failure as one', async () => {
      const call = (tool: string, ...args: readonly string[]) =>
        ask('--method', 'tools/call', '--tool-name', tool, ...args.flatMap((arg) => ['--tool-arg', arg]))
      const sent = await call('http_request', 'service=stripe', `url=${world.origin}/v1/items`)
      expect(sent).toMatchObject({ code: 0 })
      expect(sent.out).toContain('"status":200')
      const failed = await call('http_request', 'service=nothing', `url=${world.origin}/`)
      expect(failed).toMatchObject({ code: 5 })
      expect(failed.out).toContain('UNKNOWN_SERVICE')
      expect(sent.out + failed.out).not.toContain(KEY)
    })
  })
}
