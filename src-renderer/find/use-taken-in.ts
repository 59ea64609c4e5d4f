import { useEffect } from 'react'
import type { Commands } from '../state/commands.ts'
import { handOn } from './handed.ts'
import { pastedIn } from './pasted.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'

/** Largest dropped file that is read here; a larger one is chosen in the import. */
const LARGEST = 1_048_576
/** Elements that take a paste for themselves. */
const fields = 'input, textarea, [contenteditable]'

type Options = {
  readonly commands: Commands
  readonly providers: readonly ProviderChoice[]
  /** The window is locked, or a dialog is open. */
  readonly isOff: boolean
}

/** Takes in what is pasted into the window, or dropped on it: a key or an address by the palette, a file by the import. */
export function useTakenIn({ commands, providers, isOff }: Options): void {
  useEffect(() => {
    if (isOff) return
    function onPaste(event: ClipboardEvent): void {
      if (event.target instanceof Element && event.target.closest(fields) !== null) return
      const text = event.clipboardData?.getData('text') ?? ''
      if (pastedIn(text, providers).kind === 'words') return
      event.preventDefault()
      handOn(text)
      commands.show({ kind: 'palette' })
    }
    function onDragOver(event: DragEvent): void {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
    }
    async function take(file: File): Promise<void> {
      if (file.size > LARGEST) return commands.show({ kind: 'add', start: { kind: 'import', path: null } })
      handOn(await file.text())
      commands.show({ kind: 'add', start: { kind: 'import-text' } })
    }
    function onDrop(event: DragEvent): void {
      const file = event.dataTransfer?.files[0]
      if (file === undefined) return
      event.preventDefault()
      void take(file)
    }
    window.addEventListener('paste', onPaste)
    window.addEventListener('dragover', onDragOver)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('paste', onPaste)
      window.removeEventListener('dragover', onDragOver)
      window.removeEventListener('drop', onDrop)
    }
  }, [commands, providers, isOff])
}
