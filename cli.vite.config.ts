import { relative, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** The command line: one entry, and a chunk for each command, loaded when it is asked for. */
export default defineConfig({
  resolve: { alias: { '#shared': resolve('src-shared') } },
  ssr: { noExternal: true, external: ['@napi-rs/keyring', 'koffi'] },
  plugins: [sourceList()],
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out/cli',
    rolldownOptions: {
      input: {
        latchkey: resolve('src-main/command-line.ts'),
        'keychain-helper': resolve('src-main/storage/keychain/keychain-helper.ts')
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' }
    }
  }
})

/** Writes `sources.txt`: the sources of the build, by which `bin/latchkey.mjs` sees whether it is still current. */
function sourceList(): Plugin {
  return {
    name: 'latchkey-source-list',
    generateBundle() {
      const files = [...this.getModuleIds()].map((id) =>
        relative(import.meta.dirname, id).replaceAll('\\', '/')
      )
      const sources = files.filter((file) => file.startsWith('src-')).toSorted()
      this.emitFile({ type: 'asset', fileName: 'sources.txt', source: `${sources.join('\n')}\n` })
    }
  }
}
