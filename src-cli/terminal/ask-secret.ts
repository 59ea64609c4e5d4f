import type { ReadStream } from 'node:tty'
import { VaultError } from '#shared/problem.ts'
import { Interrupted } from './command.ts'

/** Most characters of an answer. */
const LONGEST = 4096
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ERASE = new Set(['\u007f', '\b'])
const ERASE_LINE = '\u0015'
const ERASE_WORD = '\u0017'
/** Marks that a terminal puts around pasted text (bracketed paste, mode 2004 of xterm). */
const PASTE_MARKS = ['\u001b[200~', '\u001b[201~']
const LONGEST_CHARACTER = 64
const graphemes = new Intl.Segmenter()

type Input = Pick<ReadStream, 'on' | 'off' | 'resume' | 'pause'> & {
  readonly isTTY?: boolean
  readonly readableEnded?: boolean
  readonly setRawMode?: (mode: boolean) => unknown
  readonly ref?: () => unknown
  readonly unref?: () => unknown
}
/** Takes an answer out of the input. Undefined: more input has to come. Throws INVALID_REQUEST and Interrupted. */
type Take = (incoming: Incoming) => string | null | undefined

/** Input that is not yet part of an answer; it is kept for the next question. */
class Incoming {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  text = ''
  /** Text typed so far for the open question. */
  typed = ''
  isAtEnd = false
  /** True if the last answer ended with a carriage return: a line feed that comes next belongs to it. */
  isAfterReturn = false

  /**
   * Throws INVALID_REQUEST for bytes that are not UTF-8: if they were replaced, other wrong bytes would open
   * the same.
   */
  add(chunk: Buffer | string): void {
    try {
      this.text += typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true })
    } catch {
      throw refused('The entered text is not UTF-8.')
    }
  }

  end(): void {
    this.isAtEnd = true
    try {
      this.text += this.#decoder.decode()
    } catch {
      throw refused('The entered text is not UTF-8.')
    }
  }

  forget(): void {
    this.text = ''
    this.typed = ''
    this.isAfterReturn = false
  }
}

/**
 * Asks for secrets one after the other. A terminal does not show the typed text; a pipe gives one line for
 * each question. Null: the person gave up (Ctrl-D) or no input came. Rejects with Interrupted at Ctrl-C, which the
 * terminal does not turn into a signal here; with INVALID_REQUEST for bytes that are not UTF-8, for more than 4096 characters and, on a terminal, for keys that type no
 * character, such as arrows.
 */
export function secretAsker(
  input: Input,
  write: (text: string) => void
): (question: string) => Promise<string | null> {
  const incoming = new Incoming()
  return async (question) => {
    if (input.isTTY !== true) return await answerFrom(input, incoming, takeLine)
    // What is typed as soon as the question is seen is not shown either.
    input.setRawMode?.(true)
    write(question)
    try {
      return await answerFrom(input, incoming, takeTyped)
    } finally {
      input.setRawMode?.(false)
      write('\n')
    }
  }
}

function answerFrom(input: Input, incoming: Incoming, take: Take): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      input.off('data', onData)
      input.off('end', onEnd)
      input.pause()
      input.unref?.() // a pipe that its writer leaves open must not keep the command alive
    }
    const attempt = (receive: () => void): boolean => {
      try {
        receive()
        const answer = take(incoming)
        if (answer === undefined) return false
        stop()
        resolve(answer === '' ? null : answer)
      } catch (error) {
        stop()
        incoming.forget()
        reject(error)
      }
      return true
    }
    const onData = (chunk: Buffer | string): void => void attempt(() => incoming.add(chunk))
    const onEnd = (): void => void attempt(() => incoming.end())
    // A pipe that ended between two questions sends no further event.
    if (attempt(() => void (input.readableEnded === true && incoming.end()))) return
    input.on('data', onData)
    input.on('end', onEnd)
    input.ref?.()
    input.resume()
  })
}

function takeLine(incoming: Incoming): string | undefined {
  const end = incoming.text.indexOf('\n')
  if (end === -1 && !incoming.isAtEnd) {
    requireShort(incoming.text)
    return undefined
  }
  const line = end === -1 ? incoming.text : incoming.text.slice(0, end)
  incoming.text = end === -1 ? '' : incoming.text.slice(end + 1)
  requireShort(line)
  return line.replace(/\r$/, '')
}

function takeTyped(incoming: Incoming): string | null | undefined {
  for (;;) {
    if (incoming.isAfterReturn && incoming.text !== '') {
      incoming.isAfterReturn = false
      if (incoming.text.startsWith('\n')) incoming.text = incoming.text.slice(1)
    }
    const { text } = incoming
    if (text === '') return incoming.isAtEnd ? null : undefined
    const mark = PASTE_MARKS.find((each) => text.startsWith(each))
    const isBeginning = mark === undefined && PASTE_MARKS.some((each) => each.startsWith(text))
    if (isBeginning && !incoming.isAtEnd) return undefined
    const key = mark ?? String.fromCodePoint(text.codePointAt(0) ?? 0)
    incoming.text = text.slice(key.length)
    if (mark !== undefined) continue
    if (key === CTRL_C) throw new Interrupted()
    if (key === CTRL_D) {
      incoming.forget()
      return null
    }
    if (key === '\r' || key === '\n') {
      incoming.isAfterReturn = key === '\r'
      const answer = incoming.typed
      incoming.typed = ''
      return answer
    }
    incoming.typed = afterKey(incoming.typed, key)
    requireShort(incoming.typed)
  }
}

function afterKey(typed: string, key: string): string {
  if (ERASE.has(key)) return withoutLast(typed)
  if (key === ERASE_LINE) return ''
  if (key === ERASE_WORD) return withoutWord(typed)
  if (/\p{Cc}/u.test(key)) throw refused('A pressed key types no character. Type the whole answer again.')
  return typed + key
}

/** One visible character may consist of many; each is shorter than the examined end of the text. */
function withoutLast(typed: string): string {
  const kept = Math.max(0, typed.length - LONGEST_CHARACTER)
  const last = Array.from(graphemes.segment(typed.slice(kept))).at(-1)
  return typed.slice(0, kept + (last?.index ?? 0))
}

function withoutWord(typed: string): string {
  let end = typed.trimEnd().length
  while (end > 0 && !/\s/u.test(typed[end - 1] ?? '')) end -= 1
  return typed.slice(0, end)
}

function requireShort(text: string): void {
  if (text.length > LONGEST) throw refused(`An answer has at most ${LONGEST} characters.`)
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
