import { describe, expect, it } from 'vitest'
import { holdsPair, withAwsProcess, withoutAwsProcess } from './aws-config-text.ts'
import { profileIn } from './profile-text.ts'

const PROGRAM = '/usr/lib/latchkey/bin/latchkey-aws.mjs'
const ROLE = 'arn:aws:iam::123456789012:role/deploy'
const DEVICE = 'arn:aws:iam::123456789012:mfa/ana'
const config = `# mine
[default]
region = eu-west-1
s3 =
  max_concurrent_requests = 20

[profile prod]
role_arn = ${ROLE}
source_profile = default
mfa_serial = ${DEVICE}
output = json

[profile sso]
sso_session = work
[sso-session work]
sso_region = us-east-1
`

function edited(text: string, profile: string, account: string | null = null) {
  const edit = withAwsProcess(text, { profile, account, program: PROGRAM })
  if (typeof edit === 'string') throw new Error(edit)
  return edit
}

describe('a profile of AWS', () => {
  it('is read out of each file by its own head', () => {
    expect(profileIn(config, 'config', 'prod')?.get('source_profile')).toBe('default')
    expect(profileIn(config, 'config', 'default')?.get('region')).toBe('eu-west-1')
    expect(profileIn(config, 'config', 'work')).toBeNull()
    expect(profileIn('[prod]\na = b\n', 'config', 'prod')).toBeNull()
    expect(profileIn('[prod]\na = b\n', 'credentials', 'prod')?.get('a')).toBe('b')
    expect(profileIn('[profile "a b"]\na = b\n', 'config', 'a b')?.get('a')).toBe('b')
  })
})

describe('a profile that asks Latchkey', () => {
  it('is named after its account, and the file stays as it is otherwise', () => {
    const { text, account } = edited(config, 'default')
    const process = `credential_process = ${PROGRAM} --account default\n`
    expect(text).toBe(config.replace('[default]\n', `[default]\n${process}`))
    expect(account).toBe('default')
    expect(profileIn(text, 'config', 'default')?.get('region')).toBe('eu-west-1')
  })

  it('leaves its role to Latchkey, which takes it with the keys of the source', () => {
    const { text, account, role, device } = edited(config, 'prod')
    expect(profileIn(text, 'config', 'prod')).toEqual(
      new Map([
        ['credential_process', `${PROGRAM} --account default --role ${ROLE}`],
        ['output', 'json']
      ])
    )
    expect([account, role, device]).toEqual(['default', ROLE, DEVICE])
  })

  it.each([
    ['sso', 'SSO'],
    ['prod', 'external ID'],
    ['default', 'token of another service']
  ])('is refused where AWS would read something else first: %s', (profile, why) => {
    const text = config
      .replace('output = json', 'external_id = x')
      .replace('region = eu-west-1', 'web_identity_token_file = /x')
    expect(withAwsProcess(text, { profile, account: null, program: PROGRAM })).toContain(why)
  })

  it('is taken back to the byte, and set up again alike', () => {
    for (const text of [config, config.replaceAll('\n', '\r\n'), '[default]\n', '[default]\nregion=x']) {
      for (const profile of ['default', 'prod', 'new']) {
        const edit = edited(text, profile)
        const ended = text.endsWith('\n') || profile === 'default' ? text : `${text}\n`
        expect(withoutAwsProcess(edit.text, null)).toBe(ended)
        expect(edited(edit.text, profile)).toEqual(edit)
      }
    }
    const all = edited(edited(edited(config, 'prod').text, 'default').text, 'new').text
    expect(withoutAwsProcess(all, 'default')).toBe(edited(edited(config, 'prod').text, 'new').text)
    expect(withoutAwsProcess(all, null)).toBe(config)
    expect(withoutAwsProcess(edited('', 'new').text, null)).toBe('')
  })

  it('that came with the setup stays if something was added to it', () => {
    const { text } = edited(config, 'new')
    expect(withoutAwsProcess(`${text}region = eu-west-1\n`, null)).toBe(
      `${config}[profile new]\nregion = eu-west-1\n`
    )
  })

  it('in which another process was named since stays as it is', () => {
    const other = '[default]\ncredential_process = /other/latchkey-awsome\n'
    expect(withoutAwsProcess(other, null)).toBe(other)
    const { text } = edited(other, 'default')
    expect(profileIn(text, 'config', 'default')?.get('credential_process')).toContain(PROGRAM)
    expect(withoutAwsProcess(text, null)).toBe(other)
  })

  it('names a program with a space in its path in quotes', () => {
    const edit = withAwsProcess('', {
      profile: 'default',
      account: 'a b',
      program: '/my apps/latchkey-aws.mjs'
    })
    const { text } = edit as { readonly text: string }
    expect(text).toContain('credential_process = "/my apps/latchkey-aws.mjs" --account "a b"\n')
    expect(withoutAwsProcess(text, null)).toBe('')
  })
})

it('a secret key in the clear is found', () => {
  const pair = 'aws_secret_access_key = x\n'
  expect(holdsPair(`[prod]\n${pair}`, 'prod')).toBe(true)
  expect(holdsPair(`[prod]\n${pair}`, 'default')).toBe(false)
})
