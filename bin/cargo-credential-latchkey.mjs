#!/usr/bin/env node
// The credential provider of cargo.
process.argv.splice(2, 0, 'helper', 'cargo', '--')
await import('./latchkey.mjs')
