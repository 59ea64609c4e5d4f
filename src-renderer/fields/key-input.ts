import type { KeyErrors } from './key-form.ts'

/** What the form may do with the field of the key, and with the others by name. */
export type KeyInput = {
  readonly attach: (field: HTMLInputElement | null) => void
  readonly read: () => string
  readonly clear: () => void
  readonly focus: (name: keyof KeyErrors) => void
}

/** The key is in its field and nowhere else; it is read when it is sent, and cleared after. */
export function createKeyInput(): KeyInput {
  let input: HTMLInputElement | null = null
  return {
    attach: (field) => {
      input = field
    },
    read: () => input?.value.trim() ?? '',
    clear: () => {
      if (input !== null) input.value = ''
    },
    focus: (name) => input?.form?.querySelector<HTMLElement>(`[data-field="${name}"]`)?.focus()
  }
}
