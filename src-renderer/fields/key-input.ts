import type { KeyErrors } from './key-form.ts'

/** The form's access to the field of the key, and to the other fields by name. */
export type KeyInput = {
  readonly attach: (field: HTMLInputElement | null) => void
  /** Puts a key that was pasted elsewhere into the field. */
  readonly fill: (key: string) => void
  readonly read: () => string
  readonly clear: () => void
  readonly focus: (name: keyof KeyErrors) => void
}

/** The key is only in its field; it is read when it is sent, and cleared after that. */
export function createKeyInput(): KeyInput {
  let input: HTMLInputElement | null = null
  return {
    attach: (field) => {
      input = field
    },
    fill: (key) => {
      if (input !== null) input.value = key
    },
    read: () => input?.value.trim() ?? '',
    clear: () => {
      if (input !== null) input.value = ''
    },
    focus: (name) => input?.form?.querySelector<HTMLElement>(`[data-field="${name}"]`)?.focus()
  }
}
