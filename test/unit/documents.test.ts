import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { commandTable } from '../../src-cli/command-table.ts'

const pages = globSync('{*,docs/**/*,electron-host/*,examples/*}.md').map((page) =>
  page.replaceAll('\\', '/')
)
const read = (page: string): string => readFileSync(page, 'utf8')

it('finds the pages', () => {
  expect(pages).toEqual(
    expect.arrayContaining(['README.md', 'docs/command-line.md', 'electron-host/README.md'])
  )
})

it.each(pages)('every link in %s leads somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  const missing = links.filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? page : join(dirname(page), file)
    if (!existsSync(target)) return true
    return anchor !== undefined && !headings(target).includes(anchor)
  })
  expect(missing).toEqual([])
})

/** The anchors that a Markdown reader makes of headings. */
function headings(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  )
}

it('the page of the command line names each command, and no other', () => {
  const named = [...read('docs/command-line.md').matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name)
  expect(named).toEqual(commandTable.map(({ name }) => name))
})

it('every decision has a context, a decision and consequences', () => {
  for (const page of pages.filter((each) => each.startsWith('docs/adr/'))) {
    const [title = ''] = read(page).split('\n')
    expect([page, title]).toEqual([page, expect.stringMatching(/^# \d+\. /)])
    const parts = [...read(page).matchAll(/^## (.+)$/gm)].map(([, part]) => part)
    expect([page, parts.slice(0, 3)]).toEqual([page, ['Context', 'Decision', 'Consequences']])
  }
})
