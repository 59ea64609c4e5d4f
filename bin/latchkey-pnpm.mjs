#!/usr/bin/env node
// What a file of pnpm (tokenHelper) runs, with the host of its registry.
process.argv.splice(2, 0, 'helper', 'pnpm', '--')
await import('./latchkey.mjs')
