import { rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { clipboard, dialog } from 'electron'

/** How long the key may lie in the clipboard, in ms. */
const CLIPBOARD_MS = 60_000
const KEPT = 0
const COPY = 1
const SAVE = 2
const CANCEL = 3

/** Null: the person closed the dialog. */
export async function chooseFileToOpen(): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: 'Import credentials',
    buttonLabel: 'Read',
    defaultPath: homedir(),
    properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent']
  })
  return canceled ? null : (filePaths[0] ?? null)
}

/** Null: the person closed the dialog. A file that is there is replaced only after the system has asked. */
export async function chooseFileToSave(suggested: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: 'Export credentials',
    buttonLabel: 'Export',
    defaultPath: join(homedir(), suggested),
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent']
  })
  return canceled || filePath === '' ? null : filePath
}

/** Shows the key in a dialog of the system, where no page reads it, until it is kept or refused; Esc refuses. */
export async function showRecoveryKey(key: string): Promise<boolean> {
  for (;;) {
    const { response } = await dialog.showMessageBox({
      type: 'info',
      title: 'Latchkey',
      message: 'Your recovery key',
      detail: `${key}\n\nThis key opens the recovery copies of your credentials. Latchkey does not keep it and can not show it again. Write it down, and keep it away from this computer.`,
      buttons: ['I have kept it', 'Copy', 'Save to a file…', 'Cancel'],
      defaultId: CANCEL,
      cancelId: CANCEL,
      noLink: true
    })
    if (response === COPY) await copyForAMinute(key)
    else if (response === SAVE) await saveKey(key)
    else return response === KEPT
  }
}

/** A key that was copied leaves the clipboard again, unless something else was copied meanwhile. */
async function copyForAMinute(key: string): Promise<void> {
  await clipboard.writeText(key)
  setTimeout(() => void clearIfStill(key), CLIPBOARD_MS).unref()
}

async function clearIfStill(key: string): Promise<void> {
  if ((await clipboard.readText()) === key) clipboard.clear()
}

/** As `age-keygen` writes it, so that `age -d -i` takes the file. */
async function saveKey(key: string): Promise<void> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: 'Save the recovery key',
    defaultPath: join(homedir(), 'latchkey-recovery-key.txt'),
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent']
  })
  if (canceled || filePath === '') return
  try {
    await rm(filePath, { force: true })
    await writeFile(filePath, `# recovery key of Latchkey\n${key}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    dialog.showErrorBox('The key was not saved', 'The file could not be written. Choose another folder.')
  }
}
