import { expect, it } from 'vitest'
import { clearPair } from './clear-pair.ts'

const PAIR = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG\n'

it.each([
  ['alone in the file', `[work]\n${PAIR}`, null],
  [
    'beside other profiles',
    `[a]\nregion = x\n\n[work]\n${PAIR}\n[b]\n${PAIR}`,
    `[a]\nregion = x\n\n[b]\n${PAIR}`
  ],
  ['beside a comment', `[work]\n# of ci\n${PAIR}`, '[work]\n# of ci\n'],
  ['beside a setting', `[work]\noutput = json\n${PAIR}`, '[work]\noutput = json\n']
])('a pair is found %s, and leaves the rest as it is', (_name, text, rest) => {
  expect(clearPair(text, 'work')).toEqual({ shown: 'AKIA…MPLE', text: `[work]\n${PAIR}`, rest })
})

it('takes the region and the device of the profile along, and nothing else', () => {
  const text = `[work]\nAWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=x/y\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/ana\nother_token = t\n`
  expect(clearPair(text, 'work')?.text).toBe(
    '[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x/y\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/ana\n'
  )
})

it.each([
  ['of another profile', `[other]\n${PAIR}`],
  ['that ends by itself', `[work]\n${PAIR}aws_session_token = t\n`],
  ['that is there twice', `[work]\n${PAIR}[work]\n${PAIR}`],
  ['without its half', '[work]\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG\n'],
  ['whose value goes on in the next line', `[work]\n${PAIR}  more\n`],
  ['whose ID is none', '[work]\naws_access_key_id = mine\naws_secret_access_key = wJalrXUtnFEMI\n'],
  ['of an empty file', '']
])('no pair is moved %s', (_name, text) => {
  expect(clearPair(text, 'work')).toBeNull()
})
