import { dialog } from 'electron'

/** Asks before the list is replaced by an older one; the safe answer is the default and the one of Esc. */
export async function askToRestore(day: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Latchkey',
    message: 'The list of your credentials can’t be read.',
    detail: `Your secrets are untouched. Latchkey can go back to the list of ${day}; the broken one is kept beside it. What was added since then has to be added again.`,
    buttons: ['Quit', `Go back to ${day}`],
    defaultId: 0,
    cancelId: 0,
    noLink: true
  })
  return response === 1
}
