const OURS = 'latchkey'
const LINE = `credentials_helper "${OURS}" {}`
/** Terraform takes its blocks at the beginning of a line; a comment begins with `#` or `//`. */
const HELPER = /^[ \t]*credentials_helper[ \t]+"([^"]*)"/m
const CREDENTIALS = /^[ \t]*credentials[ \t]+"([^"]*)"/gm

export type TerraformEdit = {
  /** Null: another helper is named, and Terraform knows one alone. */
  readonly text: string | null
  /** Hosts whose token the file itself holds; Terraform asks no helper for them. */
  readonly inClear: readonly string[]
}

/** The text of Terraform's CLI configuration with Latchkey as its helper, and with nothing else changed. */
export function withTerraformHelper(text: string): TerraformEdit {
  const inClear = [...text.matchAll(CREDENTIALS)].map(([, host = '']) => host)
  const helper = HELPER.exec(text)?.[1] ?? null
  if (helper !== null) return { text: helper === OURS ? text : null, inClear }
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return { text: `${before}${LINE}\n`, inClear }
}

/** The text without the line of Latchkey. The same text: it is not there, or was changed since. */
export function withoutTerraformHelper(text: string): string {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.trim() === LINE)
  return at === -1 ? text : lines.toSpliced(at, 1).join('\n')
}
