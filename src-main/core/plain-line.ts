/** What would move a terminal's cursor, break a line or turn its direction: control characters and their like. */
// oxlint-disable-next-line no-control-regex -- they are what is replaced
const unshowable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** A text from a disk or a catalog that others can write, fit to be shown in one line. */
export function plainLine(text: string): string {
  return text.replaceAll(unshowable, '?')
}
