import type { AwsCommandPorts } from '../commands/aws/aws.ts'
import type { CommandRow } from '../terminal/command.ts'
import { json } from './options.ts'

/** The command about access keys of AWS. */
export const awsCommands: readonly CommandRow<AwsCommandPorts>[] = [
  {
    name: 'aws',
    topic: 'Keys',
    summary: 'add access keys of AWS, and open a session by an MFA code',
    forms: [
      'aws add --key-id ID [--replace] [--account NAME] [--role ARN] [--mfa-device ARN] [--region REGION] [--endpoint URL] [--json FIELDS]',
      'aws set [--account NAME] [--role ARN]...',
      'aws session [--account NAME]'
    ],
    positionals: { least: 1, most: 1, names: ['ACTION'], values: ['add', 'set', 'session'] },
    options: [
      { name: 'account', value: 'NAME', text: 'which pair; default: “default”' },
      { name: 'key-id', value: 'ID', text: 'the access key ID; the secret key is asked for' },
      { name: 'replace', text: 'replace the pair of this account' },
      { name: 'role', value: 'ARN', text: 'role to take; “none” for none' },
      { name: 'mfa-device', value: 'ARN', text: 'MFA device to ask for a code; “none” for none' },
      { name: 'region', value: 'REGION', text: 'region whose STS makes the sessions' },
      { name: 'endpoint', value: 'URL', text: 'another STS, such as one in a private network' },
      json(['account', 'accessKeyId', 'state', 'until'])
    ],
    about: [
      'Keeps access keys of AWS. Programs get a session of the role, else of the MFA device, else the pair. The secret key or the code is asked for at the terminal, or is one line of standard input.'
    ],
    exitCodes: '0 done, 4 no such pair, 69 not reached, 75 locked',
    opensNothing: true,
    load: async () => (await import('../commands/aws/aws.ts')).awsCommand
  }
]
