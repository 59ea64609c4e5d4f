/** Two letters on one of twelve hues. A table fixes the known ones, so that neighbours differ. */
export type Monogram = { readonly letters: string; readonly hue: number }

const HUES = 12

const known: Readonly<Record<string, Monogram>> = {
  atlassian: { letters: 'At', hue: 7 },
  discord: { letters: 'Di', hue: 9 },
  figma: { letters: 'Fi', hue: 0 },
  github: { letters: 'Gh', hue: 8 },
  gitlab: { letters: 'Gl', hue: 1 },
  google: { letters: 'Go', hue: 4 },
  keycloak: { letters: 'Kc', hue: 3 },
  linear: { letters: 'Li', hue: 8 },
  microsoft: { letters: 'Ms', hue: 6 },
  notion: { letters: 'No', hue: 2 },
  npm: { letters: 'np', hue: 1 },
  openai: { letters: 'Oa', hue: 5 },
  sentry: { letters: 'Se', hue: 10 },
  slack: { letters: 'Sl', hue: 11 },
  stripe: { letters: 'St', hue: 9 }
}

/** The rows `x` (keys) and `x-oauth` (sign-ins) of one service share one mark. */
export function monogram(service: string, name: string): Monogram {
  const fixed = known[service.replace(/-oauth$/, '')]
  return fixed ?? { letters: initials(name === '' ? service : name), hue: hash(service) % HUES }
}

/** Two words give their first letters; one word gives its first two. */
function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const [first = '?', second] = words
  const letters =
    second === undefined ? Array.from(first).slice(0, 2) : [Array.from(first)[0], Array.from(second)[0]]
  const [head = '?', tail = ''] = letters
  return head.toUpperCase() + tail.toLowerCase()
}

/** FNV-1a, because it is stable over runs and machines; no other property is needed. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01_00_01_93)
  return value >>> 0
}
