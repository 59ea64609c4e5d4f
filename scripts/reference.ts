// `npm run reference`: writes the reference of the command line and its man page from the table of commands. A test
// says when they are not current.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commandTable } from '../src-cli/command-table.ts'
import { manPage } from './reference-man.ts'
import { referencePage } from './reference-page.ts'

/** The files by their paths from the root of the project. */
export const referenceFiles: Readonly<Record<string, () => string>> = {
  'docs/commands.md': () => referencePage(commandTable),
  'docs/man/latchkey.1': () => manPage(commandTable)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of Object.entries(referenceFiles)) {
    const file = join(import.meta.dirname, '..', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text())
  }
}
