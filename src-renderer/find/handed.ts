let handed: string | null = null

/** A pasted secret on its way from where it was pasted to the field that it belongs in; it is in no state of the window. */
export const handOn = (text: string): void => {
  handed = text
}

/** Takes what was handed on; null: nothing was, or it was taken before. */
export function takeHanded(): string | null {
  const text = handed
  handed = null
  return text
}
