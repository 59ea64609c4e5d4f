import { describe, expect, it } from 'vitest'
import { noPolicy } from '../../core/use/policy.ts'
import { parsePolicy } from './policy-file.ts'
import { policyProblems } from './policy-problems.ts'

describe('the doctor', () => {
  const known = { services: ['github'], clients: ['ci-bot'] }

  it('has nothing to say of names that are known, and of the person’s own', () => {
    const text =
      'version: 1\nservices: { github: {} }\nclients: { ci-bot: { services: { github: {} } }, terminal: {}, window: {} }'
    expect(policyProblems(parsePolicy(text), known)).toEqual([])
    expect(policyProblems(noPolicy, { services: [], clients: [] })).toEqual([])
  })

  it('names each service and each client that matches nothing', () => {
    const text = `
version: 1
services: { gihub: {}, github: {} }
clients: { ci-bto: { services: { gitlab: {} } } }`
    expect(policyProblems(parsePolicy(text), known)).toEqual([
      'policy.yaml: services.gihub matches no service that is known here.',
      'policy.yaml: clients.ci-bto matches no program that is paired.',
      'policy.yaml: clients.ci-bto.services.gitlab matches no service that is known here.'
    ])
  })

  const withAllow = (ofService: readonly string[], ofClient: readonly string[]): readonly string[] => {
    const github = { github: { allow: ofClient } }
    const policy = {
      version: '1',
      services: { github: { allow: ofService } },
      clients: { 'ci-bot': { services: github } }
    }
    return policyProblems(parsePolicy(JSON.stringify(policy)), known)
  }

  it.each([
    ['GET /repos/**', 'GET /repos/octocat/*'],
    ['ANY /repos/*/issues', 'POST /repos/octo*/issues'],
    ['GET,HEAD /**/raw', 'HEAD /repos/**'],
    ['GET /a/**/b/**', 'GET /**/c/b'],
    ['GET api.github.com/**', 'GET api.github.com:8443/x'],
    ['GET /v1/*-keys', 'GET /v1/api*']
  ])('has nothing to say of %j for the service and %j for its client', (ofService, ofClient) => {
    expect(withAllow([ofService], [ofClient])).toEqual([])
    expect(withAllow([ofClient], [ofService])).toEqual([])
  })

  it.each([
    ['GET /repos/**', 'POST /repos/**'],
    ['GET /repos/**', 'GET /user'],
    ['GET /repos/*', 'GET /repos/'],
    ['GET /repos/*', 'GET /repos/a/b'],
    ['GET /**/raw', 'GET /**/blob'],
    ['GET api.github.com/**', 'GET api.github.community/**'],
    ['GET api.github.com:8443/**', 'GET api.github.com:8444/**'],
    ['GET /v1/a*', 'GET /v1/b*']
  ])('says that where the service allows %j, %j of its client allows nothing', (ofService, ofClient) => {
    expect(withAllow([ofService], ['GET /**', ofClient])).toEqual([
      'policy.yaml: clients.ci-bot.services.github.allow, entry 2, allows nothing, because services.github allows no such request.'
    ])
  })

  it('has nothing to say of an allow rule of a client whose service has none', () => {
    expect(withAllow([], ['GET /user'])).toEqual([])
  })
})
