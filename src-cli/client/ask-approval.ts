import type { QuestionAnswer, QuestionView } from '#shared/broker/use.ts'
import { shortHost } from '#shared/short-host.ts'
import { terminalAsker } from './terminal-asker.ts'

type Answer = QuestionAnswer['answer']

const durations = { o: 'once', r: 'run', t: '10-minutes', l: 'until-lock', a: 'always' } as const

/** The lines of a question; every text in it was cleaned by the vault. */
export function questionLines(question: QuestionView): string[] {
  const { client, reason, scope } = question
  const who = client.id === 'terminal' ? 'This terminal' : `${client.name} (paired program)`
  return [
    ...wishLines(who, question),
    ...(scope === null ? [] : [`  scope: ${scope}`]),
    ...(reason === null ? [] : [`  reason, in its own words: “${reason}”`])
  ]
}

function wishLines(
  who: string,
  { account, helper = '', host, method, mode, name, path }: QuestionView
): string[] {
  switch (mode) {
    case 'use':
      return [`${who} wants to use ${name}, ${account}:`, `  ${method} https://${shortHost(host)}${path}`]
    case 'relay':
      return [`${who} wants to send any request with ${name}, ${account}, to`, `  https://${shortHost(host)}`]
    case 'reveal':
      return [
        `${who} wants to be GIVEN THE VALUE of ${name}, ${account}.`,
        '  Whoever has the value can use it anywhere, without Latchkey.'
      ]
    case 'helper':
      return [
        `${who} wants to be GIVEN THE VALUE of ${name}, ${account},`,
        `  as the helper of ${helper} for ${shortHost(host)}.`,
        '  Whoever has the value can use it anywhere, without Latchkey.'
      ]
  }
}

/**
 * Asks the person at the terminal itself, so that standard input stays free for a body. Null: there is no
 * terminal, or it ended before an answer. Anything but the offered letters denies.
 */
export async function askApproval(
  question: QuestionView,
  writeError: (text: string) => void
): Promise<Answer | null> {
  const ask = await terminalAsker(writeError)
  if (ask === null) return null
  try {
    writeError(`${questionLines(question).join('\n')}\n`)
    const letters = lettersOf(question)
    const typed = await ask(`Allow it: ${offers(letters)}? Anything else denies: `)
    if (typed === null) return null
    const letter = typed.trim().toLowerCase()
    if (letter === '' || !letters.includes(letter)) return { kind: 'denied' }
    const duration = durations[letter as keyof typeof durations]
    if (duration === undefined) return { kind: 'denied' }
    if (duration === 'once' || question.mode !== 'use') return { kind: 'allowed', duration, wholeHost: false }
    const whole = await ask(
      `For every path of ${shortHost(question.host)}? [y]es, anything else means only this path: `
    )
    if (whole === null) return null
    return { kind: 'allowed', duration, wholeHost: whole.trim().toLowerCase() === 'y' }
  } finally {
    ask.close()
  }
}

/** What can be answered; a request that belongs to a run can be allowed for it. */
function lettersOf({ isInRun, mode }: QuestionView): string {
  if (mode === 'reveal') return 'ot'
  return isInRun ? 'ortla' : 'otla'
}

const words = { o: '[o]nce', r: 'this [r]un', t: '[t]en minutes', l: 'until [l]ock', a: '[a]lways' }

const offers = (letters: string): string =>
  letters
    .split('')
    .map((letter) => words[letter as keyof typeof words])
    .join(', ')
