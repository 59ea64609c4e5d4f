#!/usr/bin/env node
// The credential helper of git; it runs this as “git credential-latchkey”.
process.argv.splice(2, 0, 'helper', 'git', '--')
await import('./latchkey.mjs')
