/** A host with a dot, or the own computer, and what may follow it. */
const HOST_FIRST = /^(?:[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+|localhost)\.?(?::\d{1,5})?(?:[/?#]\S*)?$/u

/** The address that was meant: one that begins with its host gets `https://`. Any other text is returned without the space around it. */
export function completedAddress(typed: string): string {
  const text = typed.trim()
  return HOST_FIRST.test(text) ? `https://${text}` : text
}
