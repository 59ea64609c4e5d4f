import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { auditAwsPairs } from './doctor-aws.ts'

let userHome: string
beforeEach(() => {
  userHome = mkdtempSync(join(tmpdir(), 'latchkey-aws-'))
  mkdirSync(join(userHome, '.aws'))
})
afterEach(() => rmSync(userHome, { recursive: true }))

const text = [
  '[default]',
  'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
  'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG',
  '[of-a-session]',
  'aws_access_key_id = ASIAIOSFODNN7EXAMPLE',
  'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG',
  'aws_session_token = token',
  '[without]',
  'region = eu-west-1',
  ''
].join('\n')

it('names the profiles whose pair is in the clear and does not end', async () => {
  writeFileSync(join(userHome, '.aws', 'credentials'), text)
  expect(await auditAwsPairs({ named: null, userHome })).toEqual({
    path: '~/.aws/credentials',
    profiles: ['default']
  })
})

it.each(['~/keys', 'whole'])('looks into the file that the variable names: %s', async (named) => {
  writeFileSync(join(userHome, 'keys'), text)
  const path = named === 'whole' ? join(userHome, 'keys') : named
  expect(await auditAwsPairs({ named: path, userHome })).toEqual({ path: '~/keys', profiles: ['default'] })
})

it('finds none where there is no file, and says so of one that can not be read', async () => {
  expect(await auditAwsPairs({ named: null, userHome })).toMatchObject({ profiles: [] })
  await expect(auditAwsPairs({ named: join(userHome, '.aws'), userHome })).rejects.toThrow('EISDIR')
})
