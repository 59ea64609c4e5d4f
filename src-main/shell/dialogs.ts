import { rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { dialog } from 'electron'
import { VaultError } from '#shared/problem.ts'
import { storeNames } from '#shared/store-names.ts'
import type { ConfirmWish, TerminalWish } from '../core/requests/terminal-question.ts'
import { askForFile, type WhileOpen } from './file-dialog.ts'
import type { RestoreReason } from '../core/ports.ts'

const KEPT = 0
const COPY = 1
const SAVE = 2
const CANCEL = 3

/**
 * The dialogs of export, import and the recovery key. The two file dialogs return null if the person closes
 * them, and throw DIALOG_NOT_SHOWN as `askForFile`.
 */
export function transferDialogs(whileOpen: WhileOpen, copy: (secret: string) => Promise<void>) {
  return {
    chooseFileToOpen: async (): Promise<string | null> => {
      const { canceled, filePaths } = await askForFile(whileOpen, () =>
        dialog.showOpenDialog({
          title: 'Import credentials',
          buttonLabel: 'Read',
          defaultPath: homedir(),
          properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent']
        })
      )
      return canceled ? null : (filePaths[0] ?? null)
    },
    chooseFileToSave: (suggested: string): Promise<string | null> =>
      fileToSave(whileOpen, { title: 'Export credentials', buttonLabel: 'Export', suggested }),
    showRecoveryKey: (key: string): Promise<boolean> => showRecoveryKey({ whileOpen, copy }, key),
    confirmWish
  }
}

/**
 * Asks about what a terminal wants; Enter and Esc refuse. Electron closes it with the signal, but not on macOS,
 * where a dialog without a window stays.
 */
const confirmWish: ConfirmWish = async (wish, stop) => {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Latchkey',
    ...textOf(wish),
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    signal: stop as AbortSignal
  })
  return response === 1
}

function textOf(wish: TerminalWish) {
  if (wish.kind === 'export') {
    return {
      message: 'A terminal wants to export every credential',
      detail: `${wish.path}\n\nWhoever has this file and the passphrase that was typed for it has every credential.`,
      buttons: ['Don’t export', 'Export']
    }
  }
  if (wish.kind !== 'move') return lossText(wish)
  return {
    message: `A terminal wants to move every credential to ${storeNames[wish.to]}`,
    detail: `${wish.path === null ? '' : `${wish.path}\n\n`}${whoOpens[wish.to]}`,
    buttons: ['Don’t move', 'Move']
  }
}

function lossText({ kind, entry }: Extract<TerminalWish, { kind: 'replace' | 'delete' }>) {
  const isDelete = kind === 'delete'
  return {
    message: `A terminal wants to ${isDelete ? 'delete' : 'replace'} what is stored for ${entry}`,
    detail: 'What is stored now can’t be brought back, unless an export or a recovery copy holds it.',
    buttons: isDelete ? ['Don’t delete', 'Delete'] : ['Don’t replace', 'Replace']
  }
}

const whoOpens = {
  keychain: 'Your programs can read every credential there while the keychain is unlocked.',
  'encrypted-file':
    'Whoever has the files, and the passphrase that was typed for them if there is one, has every credential.',
  sops: 'Whoever has the files and this key has every credential.'
} as const

type SaveDialog = { readonly title: string; readonly buttonLabel: string; readonly suggested: string }

/** Asks for a file to save; the system asks before an existing file is replaced. */
async function fileToSave(
  whileOpen: WhileOpen,
  { title, buttonLabel, suggested }: SaveDialog
): Promise<string | null> {
  const { canceled, filePath } = await askForFile(whileOpen, () =>
    dialog.showSaveDialog({
      title,
      buttonLabel,
      defaultPath: join(homedir(), suggested),
      properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent']
    })
  )
  return canceled || filePath === '' ? null : filePath
}

type KeyWays = { readonly whileOpen: WhileOpen; readonly copy: (secret: string) => Promise<void> }

/**
 * Shows the key in a dialog of the system, which no page can read, until the person keeps or refuses it; Esc
 * refuses.
 */
async function showRecoveryKey({ whileOpen, copy }: KeyWays, key: string): Promise<boolean> {
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'info',
      title: 'Latchkey',
      message: 'Your recovery key',
      detail: `${key}\n\nThis key opens the recovery copies of your credentials. Latchkey does not keep it and can’t show it again. Write it down, and keep it away from this computer.`,
      buttons: ['I have kept it', 'Copy', 'Save to a file…', 'Cancel'],
      defaultId: CANCEL,
      cancelId: CANCEL,
      noLink: true
    })
    if (response === COPY) await copy(key)
    else if (response === SAVE) await saveKey(whileOpen, key)
    else return response === KEPT
  }
}

/**
 * Saves the key in the format of `age-keygen`, so that `age -d -i` accepts the file. A failure is shown, and
 * then the key again.
 */
async function saveKey(whileOpen: WhileOpen, key: string): Promise<void> {
  try {
    const file = await fileToSave(whileOpen, {
      title: 'Save the recovery key',
      buttonLabel: 'Save',
      suggested: 'latchkey-recovery-key.txt'
    })
    if (file === null) return
    await rm(file, { force: true })
    await writeFile(file, `# recovery key of Latchkey\n${key}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    dialog.showErrorBox('The key was not saved', isNotShown(error) ? NOT_SHOWN : NOT_WRITTEN)
  }
}

const NOT_SHOWN =
  'The system closed its file dialog before it could be seen. Try again, or copy the key and paste it into a file.'
const NOT_WRITTEN = 'The file could not be written. Choose another folder.'

function isNotShown(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'DIALOG_NOT_SHOWN'
}

/**
 * Asks before the catalog is replaced by a backup. Enter chooses the answer that can be undone: keep a broken
 * catalog, restore an emptied one. Esc restores nothing.
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
    detail: `Your secrets are untouched. Latchkey can go back to the list of ${day}; the broken one is kept next to it. Then it offers the entries that were added since.`,
    buttons: ['Quit', `Go back to ${day}`],
    defaultId: 0,
    cancelId: 0
  }
}

function emptied(day: string) {
  return {
    message: 'The list of your credentials is empty, and Latchkey did not empty it.',
    detail: `Your secrets are untouched. Latchkey can go back to the list of ${day}; the empty one is kept next to it. Then it offers the entries that were added since.`,
    buttons: ['Go on with the empty list', `Go back to ${day}`],
    defaultId: 1,
    cancelId: 0
  }
}
