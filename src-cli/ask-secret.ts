import type { ReadStream } from 'node:tty'

const ENTER = /[\r\n]/
const BACKSPACE = new Set(['\u007f', '\b'])
const GIVE_UP = new Set(['\u0003', '\u0004'])
const LONGEST = 4096

type Input = Pick<ReadStream, 'on' | 'off' | 'resume' | 'pause' | 'setEncoding'> & {
  readonly isTTY?: boolean
  readonly setRawMode?: (mode: boolean) => unknown
}
/** What came after the first line of a pipe, for the next question. */
type Rest = { text: string; isAtEnd: boolean }

/**
 * Asks for secrets one after the other. On a terminal nothing of what is typed is shown; from a pipe each question takes
 * one line. Null: given up (Ctrl-C, Ctrl-D) or nothing came.
 */
export function secretAsker(
  input: Input,
  write: (text: string) => void
): (question: string) => Promise<string | null> {
  const rest: Rest = { text: '', isAtEnd: false }
  return async (question) => {
    if (input.isTTY !== true) return await lineOf(input, rest)
    write(question)
    input.setRawMode?.(true)
    try {
      return await typedLine(input)
    } finally {
      input.setRawMode?.(false)
      write('\n')
    }
  }
}

function typedLine(input: Input): Promise<string | null> {
  return new Promise((resolve) => {
    let typed: string[] = []
    const end = (answer: string | null): void => {
      input.off('data', take)
      input.pause()
      resolve(answer)
    }
    const take = (chunk: string): void => {
      for (const char of chunk) {
        if (GIVE_UP.has(char)) return end(null)
        if (ENTER.test(char)) return end(typed.length === 0 ? null : typed.join(''))
        if (BACKSPACE.has(char)) typed = typed.slice(0, -1)
        else if (typed.length < LONGEST) typed.push(char)
      }
    }
    input.setEncoding('utf8')
    input.on('data', take)
    input.resume()
  })
}

function lineOf(input: Input, rest: Rest): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (): void => {
      const [line = '', ...others] = rest.text.split('\n')
      rest.text = others.join('\n')
      input.off('data', take)
      input.off('end', atEnd)
      input.pause()
      const answer = line.replace(/\r$/, '')
      resolve(answer === '' ? null : answer)
    }
    const take = (chunk: string): void => {
      rest.text += chunk
      if (rest.text.includes('\n') || rest.text.length > LONGEST) end()
    }
    const atEnd = (): void => {
      rest.isAtEnd = true
      end()
    }
    if (rest.isAtEnd || rest.text.includes('\n')) return end()
    input.setEncoding('utf8')
    input.on('data', take)
    input.on('end', atEnd)
    input.resume()
  })
}
