import { NeedsNewerNode, runCli } from '../src-cli/cli.ts'

type Call = {
  /** The arguments without `node` and the script. */
  readonly args: readonly string[]
  readonly version: () => string
  /** Folder of Latchkey’s programs, such as its helpers. */
  readonly programsFolder: () => string
  /** Program and arguments that start a vault without windows, with these options of Node. */
  readonly serveCommand: (options: readonly string[]) => readonly [string, ...string[]]
  /** See `CliPorts`. */
  readonly beforeCommand: (name: string) => Promise<number | null>
  /** See `CliPorts`. */
  readonly beforeOpening: () => Promise<number | null>
}

/**
 * The composition root of the command line, for plain Node. Each command loads only the parts that it needs,
 * and the process is closed to debuggers before it holds a secret. Sets the exit code of the process.
 */
export async function runCommandLine({
  args,
  version,
  programsFolder,
  serveCommand,
  beforeCommand,
  beforeOpening
}: Call): Promise<void> {
  const vaultPorts = async () => {
    const { readConfig } = await import('./config.ts')
    const { requireFolder } = await import('./home/home-folder.ts')
    const { clientKey, home } = readConfig()
    requireFolder(home)
    return {
      home: () => home,
      keyFile: () => clientKey,
      serveCommand,
      onLocked: () => writeError('latchkey: locked; unlock Latchkey in its window, and this goes on\n'),
      holdStart: async () => {
        const { canHoldStart, startElsewhere } = await import('../src-cli/client/start-elsewhere.ts')
        if (!canHoldStart()) return await startElsewhere(serveCommand([]))
        return await (await import('./home/hold-home.ts')).holdStart(home, 0)
      }
    }
  }
  let isUnwritten = false
  // A reader that closes the pipe early (EPIPE) is no fault; another failed write, such as to a full disk, is
  // one.
  const onFault = ({ code }: NodeJS.ErrnoException): void => {
    if (code === 'EPIPE') return
    isUnwritten = true
    process.exitCode = 70
  }
  // Each stream costs time to open, so it is opened when it is used.
  const write = (text: string): void => void watched(process.stdout, onFault).write(text)
  const writeError = (text: string): void => void watched(process.stderr, onFault).write(text)
  const code = await runCli({
    version,
    programsFolder,
    args,
    write,
    writeError,
    // no-color.org: any text in it, whatever other variables say.
    hasColour: () => process.stdout.isTTY && !process.env['NO_COLOR'] && process.stdout.hasColors(),
    isInteractive: () => process.stdin.isTTY ?? false,
    isErrorShown: () => process.stderr.isTTY,
    beforeCommand,
    beforeOpening: async () => {
      const elsewhere = await beforeOpening()
      if (elsewhere !== null) return elsewhere
      for (const stream of [process.stdout, process.stderr]) watched(stream, onFault)
      const { hardenOwnProcess } = await import('./storage/keychain/process-hardening.ts')
      await hardenOwnProcess(process.env)
      return null
    },
    askSecret: async (question) => {
      asker ??= (await import('../src-cli/terminal/ask-secret.ts')).secretAsker(process.stdin, writeError)
      return await asker(question)
    },
    openVault: async () => {
      const { openVault, VaultNotStarted } = await import('../src-cli/client/vault-client.ts')
      try {
        return await openVault(await vaultPorts())
      } catch (error) {
        if (error instanceof VaultNotStarted) await (await import('./outside/obstacle.ts')).throwObstacle()
        throw error
      }
    },
    homeFolder: async () => (await vaultPorts()).home(),
    isReadOnly: async () => {
      const { isReadOnly } = await import('./home/home-folder.ts')
      const ports = await vaultPorts()
      if (!isReadOnly(ports.home())) return false
      const vault = await (await import('../src-cli/client/vault-client.ts')).findVault(ports)
      vault?.close()
      return vault === null
    },
    openReadOnly: async () =>
      await (await import('./outside/read-only-export.ts')).openReadOnlyExport(version()),
    writeBytes: async (bytes) => {
      const out = watched(process.stdout, onFault)
      await new Promise<void>((resolve) => void out.write(bytes, () => resolve()))
    },
    readBytes: () => process.stdin,
    readManifest: async (text) => {
      const read = (await import('./storage/files/yaml-text.ts')).readYaml(text, 'core')
      return read.kind === 'read' ? { value: read.value } : { fault: read.fault, line: read.line }
    },
    serve: async () => await (await import('./serve.ts')).serve({ version: version() }),
    reachHome: async (way) => {
      const { isOpenable } = await import('./home/home-folder.ts')
      const { reachHome } = await import('../src-cli/client/reach-home.ts')
      const ports = await vaultPorts()
      return await reachHome(way, ports, {
        isOpenable: isOpenable(ports.home()),
        outside: async () => {
          const { canHoldStart } = await import('../src-cli/client/start-elsewhere.ts')
          if (!canHoldStart()) throw new NeedsNewerNode()
          return (await import('./outside/outside-answers.ts')).outsideAnswers(version())
        }
      })
    }
  })
  process.exitCode = isUnwritten ? 70 : code
}

function watched(stream: NodeJS.WriteStream, onFault: (error: NodeJS.ErrnoException) => void) {
  return stream.listeners('error').includes(onFault) ? stream : stream.on('error', onFault)
}

let asker: ((question: string) => Promise<string | null>) | null = null
