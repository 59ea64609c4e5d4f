import { type CliPorts, runCli } from '../cli.ts'

export type CliRun = { readonly code: number; readonly out: string; readonly errors: string }

const unasked = (): Promise<never> => Promise.reject(new Error('not asked for'))

/**
 * Runs one command on a terminal in memory, without a person. A port that the test does not give fails when
 * it is used.
 */
export async function runFake(args: readonly string[], given: Partial<CliPorts>): Promise<CliRun> {
  const out: string[] = []
  const errors: string[] = []
  const code = await runCli({
    args,
    write: (text) => void out.push(text),
    writeError: (text) => void errors.push(text),
    version: () => '1.2.3',
    programsFolder: () => '/opt/latchkey/bin',
    hasColour: () => false,
    isInteractive: () => false,
    isErrorShown: () => false,
    askSecret: async () => null,
    reachHome: unasked,
    homeFolder: unasked,
    openVault: unasked,
    isReadOnly: async () => false,
    openReadOnly: unasked,
    writeBytes: unasked,
    readBytes: () => {
      throw new Error('not asked for')
    },
    serve: unasked,
    readManifest: unasked,
    ...given
  })
  return { code, out: out.join(''), errors: errors.join('') }
}
