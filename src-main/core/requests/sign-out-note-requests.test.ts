import { beforeEach, describe, expect, it } from 'vitest'
import { signOutNotes } from '#shared/sign-out-notes.ts'
import { parse } from 'valibot'
import { shownNotes } from '../sign-in/sign-out-notes.ts'
import { MemorySignOuts } from '../testing/memory-sign-outs.ts'
import { signOutNoteHandlers } from './sign-out-note-requests.ts'

const page = 'https://op.example.test/access'
const note = { name: 'Example ID', account: 'ana', host: 'op.example.test', page, at: new Date(0) }

let signOuts: MemorySignOuts
let opened: string[]
beforeEach(() => {
  signOuts = new MemorySignOuts()
  opened = []
})
const handlers = () => signOutNoteHandlers({ signOuts, openInBrowser: async (url) => void opened.push(url) })

describe('taking sign-outs off the list', () => {
  it('returns what was taken off, once each and in the order of the numbers', async () => {
    for (const account of ['ana', 'bob', 'cleo']) signOuts.add({ ...note, account })
    const done = await handlers().forgetSignOuts(['3', '1', '3'])
    expect(done?.map(({ account }) => account)).toEqual(['cleo', 'ana'])
    expect(signOuts.list().map(({ account }) => account)).toEqual(['bob'])
  })

  it('takes none off when one of the numbers is not listed', async () => {
    signOuts.add(note)
    expect(await handlers().forgetSignOuts(['1', '7'])).toBeNull()
    expect(signOuts.list()).toHaveLength(1)
  })
})

describe('what another program wrote into the list', () => {
  it('is cut and cleaned for every door, so that no text of it breaks the answer', () => {
    signOuts.add({ ...note, name: `A\u001b[2J${'x'.repeat(9000)}`, account: 'b\u202ec\n', host: 'd\u009b' })
    const [shown] = parse(signOutNotes, shownNotes(signOuts))
    expect(shown).toMatchObject({ account: 'b?c?', host: 'd?', page })
    expect(shown?.name).toMatch(/^A\?\[2Jx+$/)
  })

  it.each(['file:///etc/passwd', 'javascript:alert(1)', `https://op.example.test/${'x'.repeat(9000)}`])(
    'is no page to open: %s',
    (other) => {
      signOuts.add({ ...note, page: other })
      expect(shownNotes(signOuts)).toMatchObject([{ page: null }])
    }
  )

  it('opens nothing but https', async () => {
    signOuts.add({ ...note, page: 'file:///etc/passwd' })
    await expect(handlers().openSignOutPage('1')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    signOuts.add(note)
    await handlers().openSignOutPage('2')
    expect(opened).toEqual([page])
  })
})
