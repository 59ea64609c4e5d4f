#!/usr/bin/env node
// The credentials helper of terraform.
process.argv.splice(2, 0, 'helper', 'terraform', '--')
await import('./latchkey.mjs')
