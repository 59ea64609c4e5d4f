// `npm run tour`: installs what is missing, builds, and walks through the vault with a provider of its own.
import { join } from 'node:path'
import process from 'node:process'
import {
  build,
  electronBinary,
  ensureNodeModules,
  ensureSystemPackages,
  hostEnvironment,
  pinnedNode,
  root,
  run
} from './setup.mjs'

ensureNodeModules()
if (!process.argv.includes('--built')) build()
const electron = electronBinary()
ensureSystemPackages(electron === null ? ['chromium', 'fonts-inter'] : ['fonts-inter'])
process.exit(run(pinnedNode(), [join(root, 'e2e', 'tour.ts')], electron === null ? hostEnvironment : {}))
