import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referenceFiles } from '../../scripts/reference.ts'
import { manPage } from '../../scripts/reference-man.ts'
import { referencePage } from '../../scripts/reference-page.ts'
import { runFake } from '../../src-cli/terminal/cli.testkit.ts'
import { commandTable } from '../../src-cli/command-table.ts'
import { exitCodes, exitCodeTexts } from '../../src-cli/terminal/command.ts'
import { helpOf, overview } from '../../src-cli/terminal/help.ts'

it.each(Object.keys(referenceFiles))('%s is current, else “npm run reference” writes it', (path) => {
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(referenceFiles[path]?.())
})

it('says what each exit code means', () => {
  expect([...exitCodeTexts.keys()]).toEqual(Object.values(exitCodes))
})

/** The part of a text from one heading to the next. */
function sectionOf(text: string, begin: string, next: RegExp): string {
  const from = text.indexOf(begin)
  expect(from).toBeGreaterThan(-1)
  const rest = text.slice(from + begin.length)
  const end = rest.search(next)
  return end === -1 ? rest : rest.slice(0, end)
}

const optionsIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/--[a-z][a-z-]*/g)].map(([name]) => name))].toSorted()

/** Words of a text for people may name options of another command. */
const isOwn = (names: readonly string[]) => (name: string) => names.includes(name)

describe.each(commandTable)('$name', (row) => {
  const names = row.options.map(({ name }) => `--${name}`).toSorted()
  const [page, man] = [referencePage(commandTable), manPage(commandTable).replaceAll(String.raw`\-`, '-')]

  it('has the same options in help, man page and reference, and its name in the overview', () => {
    const titles = (text: string, form: RegExp): string[] =>
      [...text.matchAll(form)]
        .map(([, name = '']) => name)
        .filter((name) => name !== '--help')
        .toSorted()
    expect(titles(helpOf(row), /^ {2}(--[a-z-]+)/gm)).toEqual(names)
    expect(titles(sectionOf(page, `### ${row.name}\n`, /^##/m), /^- `(--[a-z-]+)/gm)).toEqual(names)
    expect(titles(sectionOf(man, `.SS "${row.name}"\n`, /^\.S[SH]/m), /^\.B (--[a-z-]+)/gm)).toEqual(names)
    expect(overview(commandTable).split(/[\s,]+/)).toContain(row.name)
  })

  it.each(['bash', 'zsh', 'fish'])('has the same options in the completion of %s', async (shell) => {
    const { out } = await runFake(['completion', shell], {})
    const own = out
      .split('\n')
      .filter((line) => lineOf[shell]?.(row.name).test(line) ?? false)
      .join('\n')
    const offered =
      shell === 'fish' ? [...own.matchAll(/ -l ([a-z-]+)/g)].map(([, name]) => `--${name}`) : optionsIn(own)
    expect(own).not.toBe('')
    expect(
      offered
        .filter((name) => name !== '--help')
        .filter(isOwn(names))
        .toSorted()
    ).toEqual(names)
    const strange = shell === 'bash' ? offered.filter((name) => ![...names, '--help'].includes(name)) : []
    expect(strange).toEqual([])
  })
})

/** The lines of a completion script about a command. */
const lineOf: Readonly<Record<string, (name: string) => RegExp>> = {
  bash: (name) => new RegExp(`^ +${name}\\) COMPREPLY`),
  zsh: (name) => new RegExp(`^ +${name}\\) _arguments`),
  fish: (name) => new RegExp(`seen_subcommand_from ${name}'|use_subcommand -f -a ${name} `)
}
