import { AWS_NAME, awsForms } from '#shared/aws-forms.ts'
import type { AwsKeysRequest, AwsSessionView } from '#shared/broker/aws.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { type Arguments, type Command, exitCodes, type Terminal, UsageError } from '../../terminal/command.ts'

export type AwsCommandPorts = Pick<Terminal, 'askSecret' | 'write' | 'writeError'> & {
  readonly openVault: () => Promise<VaultConnection>
}

const settingOptions = {
  roleArn: 'role',
  mfaSerial: 'mfa-device',
  region: 'region',
  endpoint: 'endpoint'
} as const

/** Keeps access keys of AWS and opens sessions with the code of an MFA device. */
export const awsCommand: Command<AwsCommandPorts> = {
  run: async (args, ports) => {
    requireFitting(args)
    if (args.positionals[0] === 'session') return await openSession(args, ports)
    return await saveKeys(args, ports)
  }
}

/** Throws UsageError for options that do not belong to the action. */
function requireFitting(args: Arguments): void {
  const [action] = args.positionals
  const hasSetting = Object.values(settingOptions).some((option) => args.has(option))
  if (action === 'add' && !args.has('key-id')) throw new UsageError('--key-id ID is missing.')
  if (action !== 'add' && (args.has('key-id') || args.has('replace'))) {
    throw new UsageError('--key-id and --replace belong to “latchkey aws add”.')
  }
  if (action === 'set' && !hasSetting) throw new UsageError('Name a setting to change, such as --role ARN.')
  if (action === 'session' && hasSetting) {
    throw new UsageError('A session takes no settings. Change them with “latchkey aws set”.')
  }
}

const accountOf = (args: Arguments): string => args.value('account') ?? 'default'

async function saveKeys(args: Arguments, ports: AwsCommandPorts): Promise<number> {
  const account = accountOf(args)
  const settings = settingsOf(args)
  const keyId = args.value('key-id')
  if (keyId !== null) requireForm('accessKeyId', keyId)
  const pair = keyId === null ? null : await askedPair(keyId, ports)
  if (keyId !== null && pair === null) return exitCodes.usage
  const request: AwsKeysRequest = { account, pair, settings, replace: args.has('replace') }
  return await withVault(ports, async (vault) => {
    const { clientId } = (await vault.ask('saveAwsKeys', request)) as CredentialSummary
    const state = pair === null ? 'changed' : 'stored'
    if (args.has('json')) ports.write(args.json({ account, accessKeyId: clientId, state }))
    else {
      const done = pair === null ? 'the settings are changed' : 'the pair is stored'
      ports.write(`${AWS_NAME}, ${account}: ${done}.\n`)
    }
    return exitCodes.ok
  })
}

function settingsOf(args: Arguments): AwsKeysRequest['settings'] {
  const settings: Record<string, string | null> = {}
  for (const [setting, option] of Object.entries(settingOptions)) {
    const value = args.value(option)
    if (value === null) continue
    if (value !== 'none') requireForm(setting as keyof typeof settingOptions, value)
    settings[setting] = value === 'none' ? null : value
  }
  return settings
}

function requireForm(name: keyof typeof awsForms, value: string): void {
  if (!awsForms[name].form.test(value)) throw new UsageError(awsForms[name].sentence)
}

async function askedPair(
  accessKeyId: string,
  { askSecret, writeError }: AwsCommandPorts
): Promise<AwsKeysRequest['pair']> {
  const secretKey = (await askSecret('Secret access key: '))?.trim() ?? ''
  if (secretKey.length >= 16 && secretKey.length <= 200) return { accessKeyId, secretKey }
  writeError('latchkey: No secret access key was given. AWS shows it once, when the pair is made.\n')
  return null
}

async function openSession(args: Arguments, ports: AwsCommandPorts): Promise<number> {
  const account = accountOf(args)
  return await withVault(ports, async (vault) => {
    const ask = async (code: string | null) =>
      (await vault.ask('openAwsSession', { account, code })) as AwsSessionView
    const first = await ask(null)
    const code = first.kind === 'code' ? await askedCode(first.device, ports) : null
    if (first.kind === 'code' && code === null) return exitCodes.usage
    const session = code === null ? first : await ask(code)
    const until = session.kind === 'open' ? session.until : null
    if (args.has('json')) ports.write(args.json({ account, state: session.kind, until }))
    else if (until === null) ports.write(`${AWS_NAME}, ${account}: these keys need no session.\n`)
    else {
      const shown = until.slice(0, 16).replace('T', ' ')
      ports.write(`${AWS_NAME}, ${account}: a session is open until ${shown} UTC.\n`)
    }
    return exitCodes.ok
  })
}

async function askedCode(device: string, { askSecret, writeError }: AwsCommandPorts): Promise<string | null> {
  const code = (await askSecret(`Code of ${device}: `))?.trim() ?? ''
  if (awsForms.code.form.test(code)) return code
  writeError(`latchkey: ${awsForms.code.sentence}\n`)
  return null
}

async function withVault(
  { openVault }: AwsCommandPorts,
  task: (vault: VaultConnection) => Promise<number>
): Promise<number> {
  const vault = await openVault()
  try {
    return await task(vault)
  } finally {
    vault.close()
  }
}
