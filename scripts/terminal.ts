// What is shown and asked on the person's terminal.
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'

/** True where somebody can answer. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY
}

/** A question that “y” or “yes” answers with true; everything else is false, and so is leaving it by Ctrl-C or Ctrl-D. */
export async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const gone = once(lines, 'close').then(() => '\n')
  const given = lines.question(`${question} [y/N] `).catch(() => '\n')
  try {
    const answer = await Promise.race([given, gone])
    if (answer === '\n') process.stdout.write(answer) // the cursor still stands behind the question
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

/** Shows a number of megabytes that grows: in one line on a terminal, else in a line for every ten. */
export function megabytes(): {
  readonly show: (bytes: number) => void
  readonly end: () => void
} {
  let shown = 0
  const inPlace = process.stdout.isTTY
  return {
    show(bytes) {
      const count = Math.floor(bytes / 1_000_000)
      if (count <= shown || (!inPlace && count < shown + 10)) return
      shown = count
      process.stdout.write(inPlace ? `\r  ${count} MB` : `  ${count} MB\n`)
    },
    end() {
      if (inPlace && shown > 0) process.stdout.write('\n')
    }
  }
}
