import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { assetManifest } from './scripts/asset-manifest.ts'

export default defineConfig({
  main: {
    build: {
      // `dependencies` stay outside by themselves, optional ones do not; inside a bundle koffi does not load.
      externalizeDeps: { include: ['koffi'] },
      rolldownOptions: {
        input: {
          main: resolve('src-main/main.ts'),
          'keychain-helper': resolve('src-main/storage/keychain/keychain-helper.ts')
        }
      }
    }
  },
  preload: {
    build: {
      // A sandboxed preload has to be one CommonJS file, also in a "type": "module" package.
      rolldownOptions: {
        input: {
          preload: resolve('src-preload/preload.ts'),
          'sign-in-preload': resolve('src-preload/sign-in-preload.ts'),
          'approval-preload': resolve('src-preload/approval-preload.ts'),
          'secret-preload': resolve('src-preload/secret-preload.ts')
        },
        output: { format: 'cjs', entryFileNames: '[name].js' }
      }
    }
  },
  renderer: {
    root: 'src-renderer',
    build: {
      minify: true,
      rolldownOptions: {
        input: {
          index: resolve('src-renderer/index.html'),
          'sign-in': resolve('src-renderer/sign-in.html'),
          approval: resolve('src-renderer/approval.html'),
          secret: resolve('src-renderer/secret.html')
        }
      }
    },
    plugins: [react(), assetManifest()]
  }
})
