import { expect, it } from 'vitest'
import { useRequests } from './broker/use-requests.ts'
import { socketRequests } from './socket-requests.ts'

const programs = Object.keys(socketRequests).filter((name) => socketRequests[name]?.asker === 'program')

it('lets a program use credentials and see which, be a helper, begin a run, propose, want a sign-in and follow its questions, and nothing else', () => {
  expect(programs.toSorted()).toEqual([
    'askAccess',
    'askSignIn',
    'beginRun',
    'followQuestion',
    'helperAccounts',
    'helperCredential',
    'keepRelay',
    'listUsable',
    'propose',
    'relay',
    'reveal',
    'runTool',
    'status',
    'suspectCredential',
    'use',
    'useRelay',
    'viewToken'
  ])
})

it('keeps the log, the approvals and the programs for the person, and the clipboard for the window', () => {
  const names = Object.keys(useRequests)
  const through = names.filter((name) => name in socketRequests)
  expect(names.filter((name) => !through.includes(name))).toEqual(['copyActivity', 'copyAuditAnchor'])
  expect(through.map((name) => socketRequests[name]?.asker)).toEqual(through.map(() => 'person'))
})

it('takes secrets in from the person alone, and only for what a command does with them', () => {
  const fields = /"(?:passphrase|password|secret|accessToken)":\{|"credential":\{.*"key":\{/
  const taking = Object.entries(socketRequests).filter(([, { input }]) => fields.test(JSON.stringify(input)))
  expect(taking.map(([name]) => name).toSorted()).toEqual([
    'carryOutMove',
    'exportTo',
    'openImport',
    'prepareKey',
    'setToken',
    'signIn',
    'unlockVault'
  ])
  expect(taking.map(([, { asker }]) => asker)).toEqual(taking.map(() => 'person'))
})
