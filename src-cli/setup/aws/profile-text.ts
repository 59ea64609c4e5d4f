/** The settings of a profile, by their names in lower case. */
export type ProfileSettings = ReadonlyMap<string, string>

/** Which file of AWS: both hold profiles, and `config` writes `profile` before the name of each but `default`. */
export type AwsFile = 'config' | 'credentials'

export type Line = {
  readonly text: string
  /** Profile that the line stands in; null: none. */
  readonly profile: string | null
  /** Setting that the line belongs to; null: it is a head, a comment or blank. */
  readonly setting: string | null
  /** True for the line that names a profile. */
  readonly isHead: boolean
}

/** Returns the settings of a profile. Null: the file has no such profile. */
export function profileIn(text: string, file: AwsFile, profile: string): ProfileSettings | null {
  const lines = linesOf(text, file).filter((line) => line.profile === profile)
  if (lines.length === 0) return null
  const settings = new Map<string, string>()
  for (const { text: line, setting } of lines) {
    const value = valueOf(line)
    if (setting !== null && value !== null) settings.set(setting, value)
  }
  return settings
}

/** The value that a line sets. Null: it sets none. */
export const valueOf = (line: string): string | null =>
  /^\S[^=]*=(.*)/.exec(line.trimEnd())?.[1]?.trim() ?? null

/** Takes a text apart; an indented line belongs to the setting before it, as in the files of AWS. */
export function linesOf(text: string, file: AwsFile): readonly Line[] {
  let profile: string | null = null
  let setting: string | null = null
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    const head = /^\[([^\]]*)\]/.exec(line)
    const isPlain = head !== null || /^\s*([#;]|\r?\n?$)/.test(line)
    if (head !== null) profile = profileOf((head[1] ?? '').trim(), file)
    if (head !== null) setting = null
    else if (!isPlain && /^\S/.test(line)) setting = (line.split('=')[0] ?? '').trim().toLowerCase()
    return { text: line, profile, setting: isPlain ? null : setting, isHead: head !== null }
  })
}

/** Null: the section is of another kind, such as `sso-session x`. */
function profileOf(head: string, file: AwsFile): string | null {
  if (file === 'credentials' || head === 'default') return head
  return /^profile\s+"?([^"]*)"?$/.exec(head)?.[1] ?? null
}
