import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { circles, folderOf, forbidden, importsOf } from './import-graph.ts'
import { roomOf, rooms, roomTable } from './rooms.ts'

const isOfTests = (file: string): boolean =>
  /\.(?:test|testkit|contract)\.tsx?$|\/testing\/|\.d\.ts$/.test(file)
const files = globSync('src-*/**/*.{ts,tsx}')
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !isOfTests(file))
const imports = importsOf(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])))
const inside = imports.filter(({ to }) => files.includes(to))

describe('the fence between the rooms of the code', () => {
  it('has every file in a room', () => {
    expect(files.filter((file) => roomOf(file) === null)).toEqual([])
  })

  it('has no import that the table does not allow', () => {
    expect(files.length).toBeGreaterThan(400)
    expect(forbidden(imports.filter(({ to }) => !/\.(?:css|svg)$/.test(to)))).toEqual([])
  })

  it.each(rooms)('bites in $path', ({ path, never, imports: allowed }) => {
    const file = path.endsWith('.ts') ? path : `${path}/planted.ts`
    const name = never.startsWith('src-') ? `${'../'.repeat(file.split('/').length - 1)}${never}` : never
    const planted = new Map([[file, `import * as planted from '${name}'\nexport const kept = planted\n`]])
    expect(forbidden(importsOf(planted))).toEqual([`${file} imports ${never}`])
    expect(allowed).not.toContain(never)
  })

  it('sees types, re-exports and what is loaded later', () => {
    const planted = new Map([
      [
        'src-cli/a.ts',
        "import type { Vault } from '../src-main/vault/vault-ports.ts'\nexport type A = Vault"
      ],
      ['src-cli/b.ts', "export { createVault } from '../src-main/vault/vault.ts'"],
      ['src-cli/c.ts', "export const later = () => import('../src-main/vault/vault.ts')"]
    ])
    expect(forbidden(importsOf(planted))).toHaveLength(3)
  })
})

describe('the code', () => {
  it('has no circle of files', () => {
    expect(circles(inside.map(({ from, to }) => [from, to]))).toEqual([])
  })

  it('has no circle of folders', () => {
    const arrows = inside.map(({ from, to }) => [folderOf(from), folderOf(to)] as const)
    expect(circles(arrows.filter(([from, to]) => from !== to))).toEqual([])
  })

  it('is told from one with circles', () => {
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['c', 'd']
    ] as const
    expect(circles(edges)).toEqual([['a', 'b', 'c']])
  })
})

// After a change of a room: npx vitest run --project unit test/unit/fence -u
it('ARCHITECTURE.md has the table of the rooms', async () => {
  const page = readFileSync('ARCHITECTURE.md', 'utf8')
  const [before = '', rest] = page.split('<!-- rooms -->')
  const after = rest?.split('<!-- end of rooms -->')[1]
  expect(after).toBeDefined()
  const expected = `${before}<!-- rooms -->\n\n${roomTable()}\n\n<!-- end of rooms -->${after ?? ''}`
  await expect(expected).toMatchFileSnapshot('../../../ARCHITECTURE.md')
})
