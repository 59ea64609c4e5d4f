import { describe, expect, it } from 'vitest'
import { withoutLatchkey } from './git-text.ts'

const mine = `# mine
[user]
	name = Ana
[credential "https://github.com"]
	helper = store
`
const ours = '\thelper = \n\thelper = latchkey\n'

describe('a configuration of git without Latchkey', () => {
  it('is the one from before, where the section was there', () => {
    expect(withoutLatchkey(`${mine}${ours}`, { paths: [] })).toBe(mine)
  })

  it('is the one from before, where the setup made the section', () => {
    const added = `[credential "https://gitlab.com"]\n${ours}\tuseHttpPath = true\n`
    expect(withoutLatchkey(`${mine}${added}`, { paths: ['gitlab.com'] })).toBe(mine)
  })

  it('keeps what the person set: the path, an empty helper of theirs, and what follows', () => {
    const later =
      '[credential "https://gitlab.com"]\n\thelper = \n\thelper = store\n\tuseHttpPath = true\n[alias]\n'
    expect(withoutLatchkey(`${mine}${ours}${later}`, { paths: [] })).toBe(`${mine}${later}`)
  })

  it.each(['/opt/Latch\\ Key/bin/git-credential-latchkey.mjs', '/usr/bin/git-credential-latchkey'])(
    'is found by its path, too: %s',
    (path) => {
      const added = `[credential "https://gitlab.com"]\n\thelper = \n\thelper = ${path}\n`
      expect(withoutLatchkey(mine + added, { paths: [] })).toBe(mine)
    }
  )

  it('is unchanged where there is nothing of Latchkey, also without a last line feed', () => {
    for (const text of ['', mine, mine.trimEnd(), '[credential]\n\thelper = latchkey\n'])
      expect(withoutLatchkey(text, { paths: ['github.com'] })).toBe(text)
  })
})
