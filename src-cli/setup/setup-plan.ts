import { homedir } from 'node:os'
import type { HelperPlaces } from '#shared/broker/helpers.ts'

/** A file that a setup changes, by its absolute path. Null: it is not there. */
export type FileChange = {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
  /** It is a program that a tool starts, so its owner may run it. */
  readonly runnable?: true
  /** What is shown of it in place of the changed lines, where those may hold a secret. */
  readonly shown?: readonly string[]
  /**
   * What the doctor looks for in place of the added lines, where those may hold a secret: texts without white space and
   * quotes.
   */
  readonly marks?: readonly string[]
}

/** What a setup, or taking it back, would do. Nothing is done yet. */
export type SetupPlan = {
  readonly changes: readonly FileChange[]
  /** What the person should know, such as another helper that still gets the values. */
  readonly notes: readonly string[]
  /** What `undo` has to know to take back exactly this change. It holds no secret. Null: nothing. */
  readonly kept: unknown
  /** Of `undo`: a part of the setup stays, so its note stays for that part. */
  readonly stays?: true
  /** The places whose approval is asked for in advance; absent: all that were given to the plan. */
  readonly asks?: HelperPlaces
  /** In place of `asks`: hosts that the tool will ask for, which Latchkey may know only when the plan is carried out. */
  readonly hosts?: readonly string[]
}

/** The computer as a setup sees it. */
export type SetupWorld = {
  /** Home of the person. */
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /**
   * How a tool starts one of Latchkey's programs, such as `git-credential-latchkey`: by its name if it is found on the
   * PATH, else by `path`. `found`: where it is, on the PATH or not.
   */
  readonly program: (name: string) => {
    readonly onPath: boolean
    readonly path: string
    readonly found: string
  }
  /** The text of a file. Null: it is not there. Throws UsageError for one that is no text. */
  readonly read: (path: string) => string | null
}

/** What the person named; null: it is not named. */
export type SetupOrder = {
  readonly hosts: readonly string[]
  readonly service: string | null
  readonly account: string | null
  readonly profile: string | null
  readonly context: string | null
  readonly user: string | null
  /** What the setup before this one kept; null: it is not known. */
  readonly former: unknown
  /** Folder of the vault's data. */
  readonly vaultHome: string
}

/** A secret in a file of a tool that can be moved into Latchkey. */
export type ClearSecret = {
  /** The file without it. */
  readonly change: FileChange
  /** As an import reads it. It holds the secret. */
  readonly text: string
  /** Where Latchkey has it then. */
  readonly place: HelperPlaces[number]
  /** Its name in a sentence, without any of it. */
  readonly name: string
  /** What the person should know where it stays. */
  readonly note: string
  /** `kept` of the plan once it is moved. */
  readonly kept: unknown
}

/** How one tool is set up. `plan` and `undo` throw UsageError, whose sentence says what to do. */
export type ToolSetup = {
  /** Name of the helper, as approvals show it. */
  readonly helper: string
  /** Latchkey's program that the tool starts. */
  readonly program: string
  /** What to do first where Latchkey has nothing for the tool; absent: sign in or add a key. */
  readonly first?: string
  /** True: the person may name hosts that Latchkey does not know for the tool, so `plan` gets every place. */
  readonly namesHosts?: true
  /** The secret in the tool’s own file, which the tool reads before it asks Latchkey. Null: its file has no secret to move. */
  readonly clear?: (world: SetupWorld, order: SetupOrder) => ClearSecret | null
  /** `places`: where Latchkey has a credential for the tool, at the hosts that are wanted. */
  readonly plan: (places: HelperPlaces, world: SetupWorld, order: SetupOrder) => Promise<SetupPlan>
  /**
   * What else holds or gets the values that Latchkey gives the tool, a sentence each with what to do. Absent: another row of
   * the doctor says it. `kept`: that of the plan that was applied.
   */
  readonly beside?: (kept: unknown, world: SetupWorld) => Promise<readonly string[]>
  /** `kept`: that of the plan that was applied; null: it is not known. */
  readonly undo: (kept: unknown, world: SetupWorld, order: SetupOrder) => Promise<SetupPlan>
}

/** A path as it is shown: the home of the person is `~`. */
export const shownPath = (path: string, home = homedir()): string =>
  path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path

/** The lines that a change takes away (`-`) and adds (`+`). None that stays is among them: it may hold a secret. */
export function changedLines({ before, after }: Pick<FileChange, 'before' | 'after'>): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  const fits = (one: string | undefined, other: string | undefined): boolean => one === other
  let start = 0
  while (start < Math.min(old.length, now.length) && fits(old[start], now[start])) start += 1
  let end = 0
  const most = Math.min(old.length, now.length) - start
  while (end < most && fits(old.at(-1 - end), now.at(-1 - end))) end += 1
  const [gone, added] = [old.slice(start, old.length - end), now.slice(start, now.length - end)]
  return [
    ...without(gone, added).map((line) => `- ${line}`),
    ...without(added, gone).map((line) => `+ ${line}`)
  ]
}

/** The lines that the others do not have, each as often as it is there more often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const rest = [...others]
  return lines.filter((line) => {
    const at = rest.indexOf(line)
    if (at !== -1) rest.splice(at, 1)
    return at === -1
  })
}

const linesOf = (text: string | null): readonly string[] =>
  text === null || text === '' ? [] : text.replace(/\n$/, '').split('\n')
