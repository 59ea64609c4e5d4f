import { dialog } from 'electron'
import type { RestoreReason } from '../core/ports.ts'

/**
 * Asks before the list is replaced by an older one. Esc and Enter choose what can be taken back: to leave a broken list
 * alone, to get back the entries of one that was emptied.
 */
export async function askToRestore(day: string, why: RestoreReason): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Latchkey',
    ...(why === 'broken' ? broken(day) : emptied(day)),
    noLink: true
  })
  return response === 1
}

function broken(day: string) {
  return {
    message: 'The list of your credentials can’t be read.',
    detail: `Your secrets are untouched. Latchkey can go back to the list of ${day}; the broken one is kept beside it. Then it offers what was added since.`,
    buttons: ['Quit', `Go back to ${day}`],
    defaultId: 0,
    cancelId: 0
  }
}

function emptied(day: string) {
  return {
    message: 'The list of your credentials is empty, and Latchkey did not empty it.',
    detail: `Your secrets are untouched. Latchkey can go back to the list of ${day}; the empty one is kept beside it. Then it offers what was added since.`,
    buttons: ['Go on with the empty list', `Go back to ${day}`],
    defaultId: 1,
    cancelId: 0
  }
}
