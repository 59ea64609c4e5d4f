import { VaultError } from '#shared/problem.ts'

/** Runs a task while the desktop may inspect this process, and returns its result. */
export type WhileOpen = <T>(task: () => Promise<T>) => Promise<T>

/** Least time that a person needs to see and close a dialog, in ms. A refusal takes 3 to 50 ms. */
const SEEN_MS = 200

/**
 * Shows the system's dialog for a file. On Linux the desktop portal shows it, and refuses a caller that it
 * can not inspect; Chromium reports that as cancelled (ui/shell_dialogs/select_file_dialog_linux_portal.cc).
 * Throws DIALOG_NOT_SHOWN if the dialog was cancelled sooner than a person can see and close it.
 */
export async function askForFile<T extends { readonly canceled: boolean }>(
  whileOpen: WhileOpen,
  show: () => Promise<T>
): Promise<T> {
  const began = performance.now()
  const answer = await whileOpen(show)
  if (answer.canceled && performance.now() - began < SEEN_MS) throw new VaultError('DIALOG_NOT_SHOWN')
  return answer
}
