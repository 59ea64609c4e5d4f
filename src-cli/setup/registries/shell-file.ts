/**
 * Text of an executable file for a tool that starts a program by a path without arguments: it runs another one with these
 * arguments and those that it was given itself.
 */
export function shellFile(program: string, args: readonly string[] = []): string {
  return `#!/bin/sh\nexec ${[program, ...args].map(quoted).join(' ')} "$@"\n`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
