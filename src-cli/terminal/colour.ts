import type { StatusTone } from '#shared/status.ts'

const codes: Readonly<Record<StatusTone, number>> = { ok: 32, notice: 33, danger: 31, info: 36, mute: 2 }

/** A text in the colour of its tone where the terminal has colours. */
export const coloured = (text: string, tone: StatusTone, hasColour: boolean): string =>
  hasColour ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text
