import { relative, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** What every command that asks the vault loads, and the small commands that are called most, each with what it needs. */
const ofClient = new RegExp(
  [
    'rolldown/runtime\\.js',
    'src-cli/client/(?:vault-client|reach-home|identity|serve-environment|serve-streams|credentials|near-entries)\\.ts',
    'src-cli/client/(?:permitted|lost-request|run-secret|account-rules|whereabouts)\\.ts',
    'src-cli/commands/(?:see/(?:status|show|credential-words)|stores/store-state|use/token)\\.ts',
    'src-cli/terminal/(?:colour|table|relative-time)\\.ts',
    'src-socket/(?!relay-server)',
    'src-shared/(?:problem|store-names)\\.ts',
    'src-main/(?:config|home/home-folder|home/home-layout)\\.ts'
  ].join('|')
)

/** The command line, with a chunk for each command that is loaded when it is asked for, and the client for programs. */
export default defineConfig({
  resolve: { alias: { '#shared': resolve('src-shared') } },
  ssr: { noExternal: true, external: ['@napi-rs/keyring', 'koffi'] },
  plugins: [sourceList(), builtinsByCall()],
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out/cli',
    rolldownOptions: {
      input: {
        latchkey: resolve('src-main/command-line.ts'),
        'program-client': resolve('src-main/client.ts'),
        'keychain-helper': resolve('src-main/storage/keychain/keychain-helper.ts')
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        // Each file costs a client a millisecond of CPU at its start.
        codeSplitting: {
          groups: [{ name: 'client', test: ofClient, includeDependenciesRecursively: false }]
        }
      }
    }
  }
})

/**
 * Writes `sources.txt`: the sources of the build, by which `bin/latchkey.mjs` sees whether it is still current, in three
 * parts with an empty line between them: those of help, version, usage errors and completion; those that a command can
 * load; and those that are left, which the vault without windows loads.
 */
function sourceList(): Plugin {
  return {
    name: 'latchkey-source-list',
    generateBundle(_options, bundle) {
      const sourcesOf = (ids: Iterable<string>): string[] =>
        [...ids]
          .map((id) => relative(import.meta.dirname, id).replaceAll('\\', '/'))
          .filter((file) => file.startsWith('src-'))
          .toSorted()
      const behind = (names: readonly string[], follows: (chunk: Chunk) => readonly string[]): string[] => {
        const chunks = names.flatMap((name) => chunksBehind(bundle, name, follows))
        return sourcesOf(new Set(chunks.flatMap(({ moduleIds }) => moduleIds)))
      }
      const serve = resolve('src-main/serve.ts')
      const start = behind(['latchkey.js', 'completion.js'], ({ imports }) => imports)
      const commands = behind(['latchkey.js', 'keychain-helper.js'], ({ imports, dynamicImports }) => [
        ...imports,
        ...dynamicImports.filter((name) => name in bundle && !chunkOf(bundle, name).moduleIds.includes(serve))
      ])
      const parts = [start, commands, sourcesOf(this.getModuleIds())].map((files, index, all) =>
        files.filter((file) => !all.slice(0, index).flat().includes(file))
      )
      const source = parts.map((files) => `${files.join('\n')}\n`).join('\n')
      this.emitFile({ type: 'asset', fileName: 'sources.txt', source })
    }
  }
}

/**
 * Has the modules of Node taken by `process.getBuiltinModule` in place of `import`. An import reads every export of the
 * module at once, and with them what Node loads when it is asked for: `fs.promises` with `node:fs`, both streams of output
 * with `node:process`. That is a quarter of the time of a whole start of Node.
 */
function builtinsByCall(): Plugin {
  return {
    name: 'latchkey-builtins-by-call',
    renderChunk(code, { fileName }) {
      const changed = code.replaceAll(
        /^import (?:(?<whole>\w+)|\* as (?<all>\w+)|\{(?<names>[^}]*)\}) from "(?<module>node:[\w/]+)";$/gm,
        (...found) => {
          const { whole, all, names = '', module } = found.at(-1) as Record<string, string | undefined>
          const taken = whole ?? all ?? `{${names.replaceAll(' as ', ': ')}}`
          // By way of the global object, because the import may be of `process` itself.
          return `var ${taken} = globalThis.process.getBuiltinModule("${module}");`
        }
      )
      if (/^(?:import|export)\b.*"node:/m.test(changed))
        throw new Error(`${fileName} still imports from Node.`)
      return { code: changed, map: null }
    }
  }
}

type Chunk = {
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
  readonly moduleIds: readonly string[]
}
type Bundle = Readonly<Record<string, object>>

/** A chunk of the build. Throws if there is none of this name. */
function chunkOf(bundle: Bundle, name: string): Chunk {
  const chunk = bundle[name]
  if (chunk === undefined || !('moduleIds' in chunk)) throw new Error(`${name} is not in the build.`)
  return chunk as Chunk
}

/** A chunk, and all to which the links that `follows` names lead from it. Names of what is outside of the build are left out. */
function chunksBehind(bundle: Bundle, name: string, follows: (chunk: Chunk) => readonly string[]): Chunk[] {
  const found = new Set<Chunk>()
  const add = (chunk: Chunk): void => {
    if (found.has(chunk)) return
    found.add(chunk)
    for (const next of follows(chunk)) if (next in bundle) add(chunkOf(bundle, next))
  }
  add(chunkOf(bundle, name))
  return [...found]
}
