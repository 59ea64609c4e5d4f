import type { DoctorRow } from '#shared/doctor.ts'
import type {
  AwsPairsAudit,
  FileAudit,
  OwnProvidersAudit,
  PolicyAudit,
  SopsSetup,
  ToolAudit
} from './doctor-ports.ts'
import { counted, failed, named, passed, skipped, warned, withFiles } from './doctor-rows.ts'

const nothingYet = 'Nothing has been stored yet.'

export function homeRow({ exists, homeProblem, isDurable }: FileAudit): DoctorRow {
  if (!exists) return skipped('home', nothingYet)
  if (homeProblem === null && isDurable) return passed('home', 'owned by you')
  if (homeProblem === null) {
    return warned(
      'home',
      'owned by you; its file system doesn’t report when a change is on the disk, so a power cut may undo the last changes',
      'Move the data folder to a disk of this computer, and set LATCHKEY_HOME to it.'
    )
  }
  return failed(
    'home',
    homeProblem,
    'Choose another folder with LATCHKEY_HOME, or make yourself the owner of this one.'
  )
}

export function modesRow({ exists, open, foreign }: FileAudit): DoctorRow {
  if (!exists) return skipped('modes', nothingYet)
  if (foreign.length > 0) {
    return failed(
      'modes',
      `${counted(foreign.length, 'link or file of another user', 'links or files of another user')}: ${named(foreign)}`,
      'Check them and move them away by hand; Latchkey does not touch them.',
      open.length > 0
    )
  }
  if (open.length === 0) return passed('modes', 'folders 0700, files 0600')
  return warned('modes', `open to others: ${named(open)}`, 'Fix makes them accessible to you alone.', true)
}

export function leftoversRow({ leftovers }: FileAudit): DoctorRow {
  if (leftovers.length === 0) return passed('leftovers', 'none')
  return warned('leftovers', named(leftovers), 'Fix removes them.', true)
}

export function straysRow(strays: readonly string[]): DoctorRow {
  if (strays.length === 0) return passed('strays', 'none')
  return warned(
    'strays',
    `${counted(strays.length, 'sealed file')} without an entry: ${named(strays)}`,
    'Latchkey keeps them, because each may be the last copy of a credential. Remove by hand those that you do not need.'
  )
}

export function ownProvidersRow({ exists, rows, problem }: OwnProvidersAudit): DoctorRow {
  if (problem !== null) {
    const remedy = 'Correct providers.json in the data folder, then start Latchkey again.'
    return failed('providers', problem, remedy)
  }
  return passed('providers', exists ? `${counted(rows, 'row')} in providers.json` : 'none')
}

export function toolsRow(audits: readonly ToolAudit[]): DoctorRow {
  const changed = audits.filter((audit) => audit.changed.length > 0)
  const missing = audits.filter((audit) => audit.missing !== null)
  if (changed.length + missing.length === 0) {
    return passed('tools', audits.length === 0 ? 'none' : named(audits.map(({ tool }) => tool)))
  }
  const places = changed.map((audit) => `${audit.tool} in ${named(audit.changed)}`)
  const programs = missing.map((audit) => `${audit.tool}: ${named([audit.missing ?? ''])}`)
  const facts = [
    ...(places.length === 0 ? [] : [`changed since the setup: ${places.join('; ')}`]),
    ...(programs.length === 0
      ? []
      : [`the program of Latchkey is gone that it starts: ${programs.join('; ')}`])
  ]
  return warned(
    'tools',
    facts.join('; '),
    'Run “latchkey setup TOOL” again, or undo it with “latchkey unsetup TOOL”.'
  )
}

export function awsPairsRow({ path, profiles }: AwsPairsAudit): DoctorRow {
  if (profiles.length === 0) return passed('aws-pairs', 'none')
  return warned(
    'aws-pairs',
    `${counted(profiles.length, 'pair')} of access keys in ${named([path])}: ${named(profiles)}`,
    '“latchkey setup aws --profile NAME” moves a pair into Latchkey, from which the profile then gets it.'
  )
}

export function policyRow({ exists, problem, unknown }: PolicyAudit): DoctorRow {
  if (problem !== null) {
    return failed(
      'policy',
      problem,
      'Correct policy.yaml in the data folder. Until then no program can use a credential.'
    )
  }
  if (!exists) return passed('policy', 'none')
  const [first] = unknown
  if (first === undefined) return passed('policy', 'policy.yaml is valid')
  return warned('policy', first, 'Correct that place in policy.yaml, or add what it means.')
}

const NOT_CONFIGURED = 'The SOPS store is not configured.'

/** Returns what is missing, in the words of the set-up guide: symptom and remedy. */
export function sopsRows(setup: SopsSetup | null): DoctorRow[] {
  if (setup === null) {
    return (['sops-config', 'age-key', 'age-recipients'] as const).map((id) => skipped(id, NOT_CONFIGURED))
  }
  return [
    setup.hasConfig
      ? passed('sops-config', 'found')
      : skipped(
          'sops-config',
          'There is no .sops.yaml. Only the sops command needs one; without it, sops says “no matching creation rule”.',
          'Put a .sops.yaml with a path_regex that matches .sops.json into your home folder.'
        ),
    ageKeyRow(setup.keyFile),
    recipientsRow(setup)
  ]
}

/** Without configured recipients, files are encrypted for the identities of the key file. */
function recipientsRow({ recipients, keyFile }: SopsSetup): DoctorRow {
  if (recipients > 0) return passed('age-recipients', counted(recipients, 'public key'))
  if (keyFile === 'readable' || keyFile === 'open-to-others') {
    return passed('age-recipients', 'those of the key file')
  }
  return failed(
    'age-recipients',
    'There is none. If a wrong one is configured, age says “no identity matched”.',
    'Put the public key (age1…) of your key file into the settings or into .sops.yaml.'
  )
}

function ageKeyRow(keyFile: SopsSetup['keyFile']): DoctorRow {
  switch (keyFile) {
    case 'readable':
      return passed('age-key', 'present, and readable by you alone')
    case 'missing':
      return failed(
        'age-key',
        'There is none: age would say “no identity”.',
        'Make one with age-keygen, or set SOPS_AGE_KEY_FILE to its path.'
      )
    case 'denied':
      return failed(
        'age-key',
        'It exists but can’t be read.',
        'Make yourself its owner and set its mode to 600.'
      )
    case 'open-to-others':
      return warned('age-key', 'Others may read it.', 'Set its mode to 600.')
  }
}

export function oldLlxprtRow(files: readonly string[]): DoctorRow {
  if (files.length === 0) return passed('old-llxprt', 'none')
  const found = warned(
    'old-llxprt',
    `${counted(files.length, 'file')}: ${named(files)}`,
    'Import them, or save the keys again with Add and sign in again to the MCP servers. Then remove the files.'
  )
  return withFiles(found, files)
}

export function oldKstlibRow(files: readonly string[]): DoctorRow {
  if (files.length === 0) return passed('old-kstlib', 'none')
  const found = warned(
    'old-kstlib',
    `${counted(files.length, 'file')}: ${named(files)}`,
    'Sign in again here, or import the file. Then remove it.'
  )
  return withFiles(found, files)
}

/** Null: the keychain did not answer, so the accounts are unknown. */
export function oldKiwiRow(accounts: readonly string[] | null): DoctorRow {
  if (accounts === null) return skipped('old-kiwi', 'Not checked, because the keychain does not answer.')
  if (accounts.length === 0) return passed('old-kiwi', 'none under the usual names')
  return warned(
    'old-kiwi',
    `service “kiwi-mcp”: ${named(accounts)}`,
    'Sign in again here, then remove the entries in the keychain’s own app.'
  )
}
