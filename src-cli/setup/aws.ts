import { join } from 'node:path'
import { AWS_HOST, AWS_SERVICE } from '#shared/aws-forms.ts'
import { UsageError } from '../terminal/command.ts'
import { clearPair } from './aws/clear-pair.ts'
import { profileIn } from './aws/profile-text.ts'
import { keptList } from './kept.ts'
import {
  type ClearSecret,
  type SetupOrder,
  type SetupPlan,
  type SetupWorld,
  shownPath,
  type ToolSetup
} from './setup-plan.ts'
import { type AwsConfigEdit, holdsPair, withAwsProcess, withoutAwsProcess } from './aws/aws-config-text.ts'

/** A profile in `~/.aws/config` asks Latchkey by `credential_process`. */
export const awsSetup: ToolSetup = {
  helper: 'aws',
  program: 'latchkey-aws',
  first:
    'Import the pairs that you have with “latchkey import ~/.aws/credentials”, or add one with “latchkey aws add”.',
  clear: clearOf,
  plan: async (places, world, order) => {
    const { account, former } = order
    const name = profileOf(order)
    const path = configOf(world)
    const before = world.read(path)
    const { onPath, path: file } = world.program('latchkey-aws')
    const program = onPath ? 'latchkey-aws' : file
    const edit = withAwsProcess(before ?? '', { profile: name, account, program })
    if (typeof edit === 'string') throw new UsageError(edit)
    const place = places.find((each) => each.account === edit.account)
    if (place === undefined) {
      const known = places.map((each) => each.account).join(', ')
      throw new UsageError(`Name the account of Latchkey with --account: ${known}.`)
    }
    return {
      changes: [{ path, before, after: edit.text }],
      notes: notesOn(name, edit, world, order),
      kept: { moved: keptList(former, 'moved') },
      // A role is asked about when it is first taken.
      asks: edit.role === null ? [place] : []
    }
  },
  undo: async (kept, world, { profile }): Promise<SetupPlan> => {
    const path = configOf(world)
    const before = world.read(path)
    const after = before === null ? null : withoutAwsProcess(before, profile)
    // Other profiles may ask Latchkey, too.
    const stays = after !== null && after !== withoutAwsProcess(after, null)
    const changes = [{ path, before, after: after === '' ? null : after }]
    const moved = keptList(kept, 'moved')
    const meant = moved.filter((name) => name === (profile ?? name))
    const notes = meant.map(
      (name) =>
        `The pair of the profile ${name} was moved into Latchkey and is not written back: AWS finds none for it now. Set it up again, or create a new pair at AWS.`
    )
    const left = { moved: moved.filter((name) => !meant.includes(name)) }
    return { changes, notes, kept: stays ? left : null, ...(stays && { stays }) }
  }
}

/** Throws UsageError for a name that the files of AWS can not hold. */
function profileOf({ profile }: SetupOrder): string {
  const name = profile ?? 'default'
  if (/^[\w.@+ -]{1,100}$/.test(name)) return name
  throw new UsageError('Such a profile can’t be set up.')
}

/** The pair that a profile has of its own, under whose name Latchkey then keeps it. */
function clearOf(world: SetupWorld, order: SetupOrder): ClearSecret | null {
  const profile = profileOf(order)
  const config = profileIn(world.read(configOf(world)) ?? '', 'config', profile)
  if ((order.account ?? config?.get('source_profile') ?? profile) !== profile) return null
  const path = pairsOf(world)
  const before = world.read(path)
  const pair = before === null ? null : clearPair(before, profile)
  if (pair === null) return null
  const name = `the pair ${pair.shown} of the profile ${profile}`
  return {
    change: {
      path,
      before,
      after: pair.rest,
      shown: [`- ${name}, which moves into Latchkey if you say so`],
      marks: []
    },
    text: pair.text,
    place: { host: AWS_HOST, service: AWS_SERVICE, account: profile, user: profile, isAllowed: false },
    name,
    note: staysIn(path),
    kept: { moved: [...new Set([...keptList(order.former, 'moved'), profile])] }
  }
}

const staysIn = (path: string): string =>
  `${shownPath(path)} still holds the pair of this profile in plain text, and AWS reads it first. Run this at a terminal to have it moved; or “latchkey import ${shownPath(path)} --remove-plaintext” moves every pair of the file.`

function notesOn(
  profile: string,
  { account, device, role }: AwsConfigEdit,
  world: SetupWorld,
  order: SetupOrder
): string[] {
  const path = pairsOf(world)
  const ofAccount = account === 'default' ? '' : ` --account ${account}`
  const isOther = holdsPair(world.read(path) ?? '', profile) && clearOf(world, order) === null
  return [
    ...(isOther ? [staysIn(path)] : []),
    ...(device === null
      ? []
      : [
          `AWS asked for the code of an MFA device here. “latchkey aws set${ofAccount} --mfa-device ${device}” lets Latchkey ask for it.`
        ]),
    ...(role === null ? [] : ['You are asked to allow the role when it is first taken.'])
  ]
}

const configOf = ({ environment, home }: SetupWorld): string =>
  environment['AWS_CONFIG_FILE'] || join(home, '.aws', 'config')
const pairsOf = ({ environment, home }: SetupWorld): string =>
  environment['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials')
