// What the end and the output of a probe mean.
import type { BoundedEnd } from './bounded-program.ts'
import type { End } from './script.ts'

export type ProbeResult =
  | { readonly kind: 'works'; readonly chromium: string; readonly node: string }
  | { readonly kind: 'wrong-version'; readonly version: string }
  | { readonly kind: 'root' }
  | { readonly kind: 'no-sandbox' }
  | { readonly kind: 'no-display' }
  | { readonly kind: 'missing-library'; readonly library: string }
  | { readonly kind: 'no-answer' }
  /** Ended by a signal, or without saying its version. `said`: its last words, empty where there are none. */
  | { readonly kind: 'ended'; readonly how: string; readonly said: string }

/** The words of Chromium and of the loader, each with what it means. Chromium tries its sandbox before the display. */
const words: readonly (readonly [RegExp, ProbeResult])[] = [
  [/Running as root without --no-sandbox/, { kind: 'root' }],
  [/SUID sandbox helper binary was found, but is not configured|No usable sandbox/, { kind: 'no-sandbox' }],
  [
    /Missing X server or \$DISPLAY|Unable to open X display|The platform failed to initialize|Failed to connect to Wayland display/,
    { kind: 'no-display' }
  ]
]

/** Judges a probe that should have said its versions and ended with 0; `expected` is the version of Electron. */
export function probeResult(end: BoundedEnd, expected: string): ProbeResult {
  const versions = /^latchkey-probe (\S+) chromium (\S+) node (\S+)$/m.exec(end.output)
  if (versions !== null && end.kind === 'exit' && end.code === 0) {
    const [, version = '', chromium = '', node = ''] = versions
    return version === expected ? { kind: 'works', chromium, node } : { kind: 'wrong-version', version }
  }
  const library = /error while loading shared libraries: ([^:\s]+):/.exec(end.output)?.[1]
  if (library !== undefined) return { kind: 'missing-library', library }
  const known = words.find(([pattern]) => pattern.test(end.output))?.[1]
  if (known !== undefined) return known
  if (end.kind === 'too-long' || end.kind === 'stands-still') return { kind: 'no-answer' }
  return { kind: 'ended', how: howItEnded(end), said: lastLine(end.output) }
}

/** Such as “exit code 1” or “SIGSEGV”. */
export function howItEnded(end: End): string {
  if (end.kind === 'exit') return `exit code ${end.code}`
  return end.kind === 'signal' ? end.signal : end.failure
}

function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line !== '')?.slice(0, 300) ?? ''
}
