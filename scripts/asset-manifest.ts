import { extname } from 'node:path'
import type { Plugin } from 'vite'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2'
}

/** Writes `assets.json`: the only paths `app://vault` answers, each with its file and type. */
export function assetManifest(): Plugin {
  return {
    name: 'latchkey-asset-manifest',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const assets = Object.keys(bundle).map((file) => {
          const type = types[extname(file)]
          if (type === undefined) throw new Error(`No content type is known for ${file}.`)
          return [`/${file}`, { file, type }] as const
        })
        this.emitFile({
          type: 'asset',
          fileName: 'assets.json',
          source: JSON.stringify(
            Object.fromEntries(assets.toSorted(([a], [b]) => a.localeCompare(b))),
            null,
            1
          )
        })
      }
    }
  }
}
